package io.github.x402spring.autoconfigure.discovery;

import java.beans.PropertyDescriptor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.io.InputStreamSource;
import org.springframework.http.HttpEntity;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ValueConstants;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.annotation.AbstractCookieValueMethodArgumentResolver;
import org.springframework.web.method.annotation.ModelAttributeMethodProcessor;
import org.springframework.web.method.annotation.RequestHeaderMethodArgumentResolver;
import org.springframework.web.method.annotation.RequestParamMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.method.annotation.HttpEntityMethodProcessor;
import org.springframework.web.servlet.mvc.method.annotation.PathVariableMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestPartMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestResponseBodyMethodProcessor;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;

/**
 * What a handler method takes and returns, read from its signature. The argument resolver
 * that Spring MVC would choose decides what a parameter is.
 */
final class HandlerSignature {

    private static final String JSON = "application/json";

    private static final String MULTIPART = "multipart/form-data";

    private static final Set<Class<?>> WRAPPERS = Set.of(HttpEntity.class, Optional.class, CompletionStage.class,
            DeferredResult.class, Callable.class, WebAsyncTask.class);

    private static final Set<String> UNDESCRIBED_HEADERS = Set.of("accept", "content-type", "authorization");

    private final JacksonSchemas schemas;

    private final List<HandlerMethodArgumentResolver> resolvers;

    private final List<Parameter> parameters = new ArrayList<>();

    private final Map<String, Object> parts = new LinkedHashMap<>();

    private @Nullable Type body;

    private HandlerSignature(JacksonSchemas schemas, List<HandlerMethodArgumentResolver> resolvers) {
        this.schemas = schemas;
        this.resolvers = resolvers;
    }

    static HandlerSignature of(HandlerMethod handler, JacksonSchemas schemas,
            List<HandlerMethodArgumentResolver> resolvers) {
        HandlerSignature signature = new HandlerSignature(schemas, resolvers);
        for (MethodParameter parameter : handler.getMethodParameters()) {
            parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
            signature.add(parameter);
        }
        return signature;
    }

    List<Parameter> parameters() {
        return this.parameters;
    }

    /** Returns {@code null} where the handler reads no body. */
    @Nullable Content body(@Nullable String consumes) {
        if (!this.parts.isEmpty()) {
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "object");
            schema.put("properties", this.parts);
            return new Content(MULTIPART, schema, null);
        }
        Type type = this.body;
        return (type != null) ? new Content((consumes != null) ? consumes : JSON, schema(type), null) : null;
    }

    private void add(MethodParameter parameter) {
        HandlerMethodArgumentResolver resolver = this.resolvers.stream()
            .filter((candidate) -> candidate.supportsParameter(parameter))
            .findFirst()
            .orElse(null);
        MethodParameter value = parameter.nestedIfOptional();
        switch (resolver) {
            case PathVariableMethodArgumentResolver found -> {
                PathVariable path = parameter.getParameterAnnotation(PathVariable.class);
                add("path", (path != null) ? path.name() : "", parameter, true, null);
            }
            case RequestParamMethodArgumentResolver found -> addParam(parameter);
            case RequestHeaderMethodArgumentResolver found -> {
                RequestHeader header = parameter.getParameterAnnotation(RequestHeader.class);
                if (header != null) {
                    add("header", header.name(), parameter, header.required(), header.defaultValue());
                }
            }
            case AbstractCookieValueMethodArgumentResolver found -> {
                CookieValue cookie = parameter.getParameterAnnotation(CookieValue.class);
                if (cookie != null) {
                    add("cookie", cookie.name(), parameter, cookie.required(), cookie.defaultValue());
                }
            }
            case RequestPartMethodArgumentResolver found -> {
                RequestPart part = parameter.getParameterAnnotation(RequestPart.class);
                this.parts.put(name((part != null) ? part.name() : "", parameter),
                        isFile(value) ? binary() : schema(value.getNestedGenericParameterType()));
            }
            case RequestResponseBodyMethodProcessor found -> this.body = value.getNestedGenericParameterType();
            case HttpEntityMethodProcessor found ->
                this.body = ResolvableType.forMethodParameter(parameter).getGeneric(0).getType();
            case ModelAttributeMethodProcessor found -> addProperties(value.getNestedParameterType());
            case null, default -> {
            }
        }
    }

    private void addParam(MethodParameter parameter) {
        RequestParam annotation = parameter.getParameterAnnotation(RequestParam.class);
        if (isFile(parameter.nestedIfOptional())) {
            this.parts.put(name((annotation != null) ? annotation.name() : "", parameter), binary());
        }
        else if (annotation == null) {
            add("query", "", parameter, false, null);
        }
        else {
            add("query", annotation.name(), parameter, annotation.required(), annotation.defaultValue());
        }
    }

    private void add(String in, String stated, MethodParameter parameter, boolean required,
            @Nullable String defaultValue) {
        MethodParameter value = parameter.nestedIfOptional();
        String name = name(stated, parameter);
        if (Map.class.isAssignableFrom(value.getNestedParameterType())
                || (in.equals("header") && UNDESCRIBED_HEADERS.contains(name.toLowerCase(Locale.ROOT)))) {
            return;
        }
        Map<String, Object> schema = simple(ResolvableType.forType(value.getNestedGenericParameterType()));
        boolean hasDefault = defaultValue != null && !ValueConstants.DEFAULT_NONE.equals(defaultValue);
        if (defaultValue != null && hasDefault && !defaultValue.contains("{")) {
            schema.put("default", typed(schema, defaultValue));
        }
        add(new Parameter(name, in, in.equals("path") || (required && !hasDefault && !parameter.isOptional()), schema));
    }

    private void add(Parameter parameter) {
        if (this.parameters.stream()
            .noneMatch((known) -> known.in().equals(parameter.in()) && known.name().equals(parameter.name()))) {
            this.parameters.add(parameter);
        }
    }

    private void addProperties(Class<?> type) {
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                add(new Parameter(component.getName(), "query", false,
                        simple(ResolvableType.forType(component.getGenericType()))));
            }
            return;
        }
        for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
            if (property.getWriteMethod() != null) {
                add(new Parameter(property.getName(), "query", false,
                        simple(ResolvableType.forMethodParameter(BeanUtils.getWriteMethodParameter(property)))));
            }
        }
    }

    private static String name(String stated, MethodParameter parameter) {
        String discovered = parameter.getParameterName();
        return !stated.isEmpty() ? stated : (discovered != null) ? discovered : "arg" + parameter.getParameterIndex();
    }

    private static boolean isFile(MethodParameter parameter) {
        ResolvableType type = ResolvableType.forMethodParameter(parameter);
        Class<?> element = type.isArray() ? type.getComponentType().toClass()
                : Collection.class.isAssignableFrom(type.toClass()) ? type.asCollection().getGeneric(0).toClass()
                        : type.toClass();
        return MultipartFile.class.isAssignableFrom(element) || element.getName().equals("jakarta.servlet.http.Part");
    }

    private static Map<String, Object> binary() {
        return new LinkedHashMap<>(Map.of("type", "string", "format", "binary"));
    }

    /** Values of parameters are converted from text, and not read by Jackson. */
    private static Map<String, Object> simple(ResolvableType type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(type.toClass());
        if (type.isArray() || Collection.class.isAssignableFrom(raw)) {
            schema.put("type", "array");
            schema.put("items", simple(type.isArray() ? type.getComponentType() : type.asCollection().getGeneric(0)));
        }
        else if (raw == Boolean.class) {
            schema.put("type", "boolean");
        }
        else if (Set.of(Integer.class, Long.class, Short.class, Byte.class, BigInteger.class).contains(raw)) {
            schema.put("type", "integer");
        }
        else if (Number.class.isAssignableFrom(raw)) {
            schema.put("type", "number");
        }
        else {
            schema.put("type", "string");
            if (raw.isEnum()) {
                schema.put("enum", Stream.of(raw.getEnumConstants()).map(String::valueOf).toList());
            }
            else if (raw == UUID.class) {
                schema.put("format", "uuid");
            }
            else if (Temporal.class.isAssignableFrom(raw)) {
                schema.put("format", raw == LocalDate.class ? "date" : "date-time");
            }
        }
        return schema;
    }

    private static Object typed(Map<String, Object> schema, String text) {
        try {
            return switch (String.valueOf(schema.get("type"))) {
                case "integer" -> Long.valueOf(text);
                case "number" -> new BigDecimal(text);
                case "boolean" -> Boolean.valueOf(text);
                default -> text;
            };
        }
        catch (NumberFormatException ex) {
            return text;
        }
    }

    private Map<String, Object> schema(Type type) {
        Class<?> raw = ResolvableType.forType(type).toClass();
        if (CharSequence.class.isAssignableFrom(raw)) {
            return Map.of("type", "string");
        }
        if (raw == byte[].class || InputStreamSource.class.isAssignableFrom(raw)) {
            return binary();
        }
        return this.schemas.of(type);
    }

    /**
     * Describes what a handler returns.
     * @param mediaType the media type that is stated elsewhere, or {@code null}
     */
    Content response(HandlerMethod handler, @Nullable String mediaType) {
        ResolvableType type = ResolvableType.forMethodReturnType(handler.getMethod(), handler.getBeanType());
        boolean written = AnnotatedElementUtils.hasAnnotation(handler.getMethod(), ResponseBody.class)
                || AnnotatedElementUtils.hasAnnotation(handler.getBeanType(), ResponseBody.class);
        while (wraps(type.toClass())) {
            written |= HttpEntity.class.isAssignableFrom(type.toClass());
            type = type.getGeneric(0);
        }
        Class<?> raw = type.toClass();
        if (ResponseBodyEmitter.class.isAssignableFrom(raw)) {
            return content(mediaType, SseEmitter.class.isAssignableFrom(raw) ? "text/event-stream" : "text/plain",
                    Map.of("type", "string"));
        }
        if (StreamingResponseBody.class.isAssignableFrom(raw) || raw == byte[].class
                || InputStreamSource.class.isAssignableFrom(raw)) {
            return content(mediaType, "application/octet-stream", binary());
        }
        if (!written) {
            return content(mediaType, "text/html", Map.of("type", "string"));
        }
        if (CharSequence.class.isAssignableFrom(raw)) {
            return content(mediaType, "text/plain", Map.of("type", "string"));
        }
        boolean unknown = raw == Object.class || raw == void.class || raw == Void.class;
        return content(mediaType, JSON, unknown ? Map.of() : this.schemas.of(type.getType()));
    }

    private static boolean wraps(Class<?> type) {
        return WRAPPERS.stream().anyMatch((wrapper) -> wrapper.isAssignableFrom(type))
                || type.getName().equals("reactor.core.publisher.Mono");
    }

    private static Content content(@Nullable String stated, String otherwise, Map<String, Object> schema) {
        return new Content((stated != null) ? stated : otherwise, schema, null);
    }

}

package io.github.x402spring.discovery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;

/**
 * Declaration of one operation in the form of the official SDK.
 */
final class BazaarDeclaration {

    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

    private static final Pattern ROUTE = Pattern.compile("[a-zA-Z0-9_/:.\\-~%]+");

    private final PaidOperation operation;

    private final Pattern address;

    private final List<String> variables = new ArrayList<>();

    private final Map<String, Object> schema;

    private final @Nullable String route;

    private final Map<String, Object> withoutPath;

    /**
     * Creates a declaration.
     * @param basePath the path that a proxy takes off
     */
    BazaarDeclaration(PaidOperation operation, String basePath) {
        this.operation = operation;
        StringBuilder pattern = new StringBuilder("https?://[^/]+").append(Pattern.quote(basePath));
        Matcher matcher = VARIABLE.matcher(operation.path());
        int end = 0;
        while (matcher.find()) {
            pattern.append(Pattern.quote(operation.path().substring(end, matcher.start()))).append("([^/]*)");
            this.variables.add(matcher.group(1));
            end = matcher.end();
        }
        this.address = Pattern.compile(pattern.append(Pattern.quote(operation.path().substring(end))).toString());
        String route = VARIABLE.matcher(basePath + operation.path()).replaceAll(":$1");
        this.route = (!this.variables.isEmpty() && ROUTE.matcher(route).matches()) ? route : null;
        this.schema = schema();
        this.withoutPath = declared(Map.of());
    }

    PaidOperation operation() {
        return this.operation;
    }

    Map<String, Object> withoutPath() {
        return this.withoutPath;
    }

    /**
     * Declares the operation for an address.
     * @return the declaration, or {@code null} if the address is of another operation
     */
    @Nullable Map<String, Object> of(String uri) {
        Matcher matcher = this.address.matcher(uri);
        if (!matcher.matches()) {
            return null;
        }
        if (this.variables.isEmpty()) {
            return this.withoutPath;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < this.variables.size(); i++) {
            String value = matcher.group(i + 1);
            values.put(this.variables.get(i),
                    (value.indexOf('%') < 0) ? value : UriUtils.decode(value, StandardCharsets.UTF_8));
        }
        return declared(values);
    }

    private Map<String, Object> declared(Map<String, Object> pathValues) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("type", "http");
        input.put("method", this.operation.method());
        Content body = this.operation.body();
        if (body != null) {
            input.put("bodyType", bodyType(body));
            input.put("body", body.shown());
        }
        Map<String, Object> query = examples("query");
        if (!query.isEmpty() || !this.operation.takesBody()) {
            input.put("queryParams", query);
        }
        if (!pathValues.isEmpty()) {
            input.put("pathParams", pathValues);
        }
        Map<String, Object> headers = examples("header");
        if (!headers.isEmpty()) {
            input.put("headers", headers);
        }
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("input", input);
        Content response = this.operation.response();
        if (!response.schema().isEmpty()) {
            Map<String, Object> output = new LinkedHashMap<>();
            output.put("type", outputType(response));
            output.put("example", response.shown());
            info.put("output", output);
        }
        Map<String, Object> declared = new LinkedHashMap<>();
        declared.put("info", info);
        declared.put("schema", this.schema);
        if (this.route != null) {
            declared.put("routeTemplate", this.route);
        }
        return declared;
    }

    private Map<String, Object> examples(String place) {
        Map<String, Object> examples = new LinkedHashMap<>();
        for (Parameter parameter : this.operation.parametersIn(place)) {
            if (parameter.required() || parameter.schema().containsKey("default")
                    || parameter.schema().containsKey("example")) {
                examples.put(parameter.name(), SchemaExamples.of(parameter.schema()));
            }
        }
        return examples;
    }

    private Map<String, Object> schema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>(List.of("type", "method"));
        properties.put("type", constant("http"));
        properties.put("method", Map.of("type", "string", "enum", List.of(this.operation.method())));
        Content body = this.operation.body();
        if (body != null) {
            properties.put("bodyType", Map.of("type", "string", "enum", List.of("json", "form-data", "text")));
            properties.put("body", body.schema());
            required.addAll(List.of("bodyType", "body"));
        }
        List<Parameter> query = this.operation.parametersIn("query");
        if (!query.isEmpty() || !this.operation.takesBody()) {
            properties.put("queryParams", object(query));
        }
        if (!this.variables.isEmpty()) {
            properties.put("pathParams", object(this.operation.parametersIn("path")));
        }
        if (!this.operation.parametersIn("header").isEmpty()) {
            properties.put("headers", object(this.operation.parametersIn("header")));
        }
        Map<String, Object> input = objectSchema(properties, required);
        input.put("additionalProperties", false);
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("input", input);
        Content response = this.operation.response();
        if (!response.schema().isEmpty()) {
            Map<String, Object> output = new LinkedHashMap<>();
            output.put("type", Map.of("type", "string"));
            output.put("example", response.schema());
            parts.put("output", objectSchema(output, List.of("type")));
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.putAll(objectSchema(parts, List.of("input")));
        return schema;
    }

    private static Map<String, Object> object(List<Parameter> parameters) {
        Map<String, Object> properties = new LinkedHashMap<>();
        parameters.forEach((parameter) -> properties.put(parameter.name(), parameter.schema()));
        return objectSchema(properties, parameters.stream().filter(Parameter::required).map(Parameter::name).toList());
    }

    private static Map<String, Object> objectSchema(Map<String, Object> properties, List<String> required) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        return schema;
    }

    private static Map<String, Object> constant(String value) {
        Map<String, Object> constant = new LinkedHashMap<>();
        constant.put("type", "string");
        constant.put("const", value);
        return constant;
    }

    private static String bodyType(Content body) {
        if (body.mediaType().contains("form")) {
            return "form-data";
        }
        return OpenApiDocument.isJson(body.mediaType()) ? "json" : "text";
    }

    private static String outputType(Content response) {
        return OpenApiDocument.isJson(response.mediaType()) ? "json" : "text";
    }

}

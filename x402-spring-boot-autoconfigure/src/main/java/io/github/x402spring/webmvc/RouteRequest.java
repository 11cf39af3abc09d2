package io.github.x402spring.webmvc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;

/**
 * Request made up from the predicates of a route, for which they hold as far as they tell
 * what they ask for. Of alternatives, it takes the first.
 */
final class RouteRequest implements RequestPredicates.Visitor {

    private final StringBuilder pattern = new StringBuilder();

    private final Set<String> methods = new LinkedHashSet<>();

    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private final Map<String, String> parameters = new TreeMap<>();

    private @Nullable String version;

    private int ignored;

    String pattern() {
        return this.pattern.toString();
    }

    /** Version of the API that the route has, without the sign of a baseline. */
    @Nullable String version() {
        String version = this.version;
        return (version != null && version.endsWith("+")) ? version.substring(0, version.length() - 1) : version;
    }

    /** Looks like that of a controller's mapping. */
    String description() {
        return "{" + (this.methods.isEmpty() ? "" : String.join(" || ", this.methods) + " ") + "[" + this.pattern + "]"
                + (this.headers.isEmpty() ? "" : ", headers " + this.headers)
                + (this.parameters.isEmpty() ? "" : ", params " + this.parameters)
                + ((this.version != null) ? ", version " + this.version : "") + "}";
    }

    FunctionRoutes.Route route(HandlerFunction<?> handler, @Nullable PaidFunctionFilter filter, boolean known) {
        return new FunctionRoutes.Route(description(), Set.of(pattern()), this.methods, handler, filter, known);
    }

    HttpServletRequest to(String path) {
        String method = this.methods.isEmpty() ? "GET" : this.methods.iterator().next();
        return (HttpServletRequest) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] { HttpServletRequest.class }, new MadeUp(method, path, this.headers, this.parameters));
    }

    @Override
    public void method(Set<HttpMethod> methods) {
        if (this.ignored == 0) {
            methods.forEach((method) -> this.methods.add(method.name()));
        }
    }

    @Override
    public void path(String pattern) {
        if (this.ignored == 0) {
            this.pattern.append(pattern);
        }
    }

    @Override
    @SuppressWarnings("removal")
    public void pathExtension(String extension) {
    }

    @Override
    public void header(String name, String value) {
        if (this.ignored == 0) {
            String first = value.startsWith("[") ? value.substring(1, value.length() - 1).split(",", 2)[0] : value;
            this.headers.put(name, first);
        }
    }

    @Override
    public void param(String name, String value) {
        if (this.ignored == 0) {
            this.parameters.put(name, value);
        }
    }

    @Override
    public void version(String version) {
        if (this.ignored == 0) {
            this.version = version;
        }
    }

    @Override
    public void startAnd() {
    }

    @Override
    public void and() {
    }

    @Override
    public void endAnd() {
    }

    @Override
    public void startOr() {
    }

    @Override
    public void or() {
        this.ignored++;
    }

    @Override
    public void endOr() {
        this.ignored--;
    }

    @Override
    public void startNegate() {
        this.ignored++;
    }

    @Override
    public void endNegate() {
        this.ignored--;
    }

    @Override
    public void unknown(RequestPredicate predicate) {
    }

    /**
     * Request of no client, which has nothing but what predicates look at.
     */
    private record MadeUp(String method, String path, Map<String, String> headers,
            Map<String, String> parameters) implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method called, Object @Nullable [] arguments) {
            String name = (arguments != null && arguments.length > 0) ? String.valueOf(arguments[0]) : "";
            return switch (called.getName()) {
                case "getMethod" -> this.method;
                case "getRequestURI" -> this.path;
                case "getRequestURL" -> new StringBuffer("http://localhost").append(this.path);
                case "getContextPath", "getServletPath" -> "";
                case "getScheme" -> "http";
                case "getServerName" -> "localhost";
                case "getDispatcherType" -> DispatcherType.REQUEST;
                case "getHeader" -> this.headers.get(name);
                case "getHeaders" -> Collections.enumeration(values(this.headers, name));
                case "getHeaderNames" -> Collections.enumeration(this.headers.keySet());
                case "getContentType" -> this.headers.get("Content-Type");
                case "getParameter" -> this.parameters.get(name);
                case "getParameterValues" ->
                    this.parameters.containsKey(name) ? values(this.parameters, name).toArray(String[]::new) : null;
                case "getParameterNames" -> Collections.enumeration(this.parameters.keySet());
                case "equals" -> proxy == ((arguments != null) ? arguments[0] : null);
                case "hashCode" -> System.identityHashCode(proxy);
                case "toString" -> this.method + " " + this.path;
                default -> nothing(called.getReturnType());
            };
        }

        private static List<String> values(Map<String, String> all, String name) {
            String value = all.get(name);
            return (value != null) ? List.of(value) : List.of();
        }

        private static @Nullable Object nothing(Class<?> type) {
            if (type == boolean.class) {
                return false;
            }
            if (type == int.class) {
                return -1;
            }
            if (type == long.class) {
                return -1L;
            }
            if (type == Enumeration.class) {
                return Collections.emptyEnumeration();
            }
            if (type == Map.class) {
                return Map.of();
            }
            return (type == Collection.class) ? List.of() : null;
        }

    }

}

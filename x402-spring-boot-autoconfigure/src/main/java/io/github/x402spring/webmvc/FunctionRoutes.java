package io.github.x402spring.webmvc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.http.server.RequestPath;
import org.springframework.web.accept.ApiVersionHolder;
import org.springframework.web.accept.ApiVersionStrategy;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.util.ServletRequestPathUtils;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.endpoint.RegisteredEndpoint.Mapping;

/**
 * Routes of a router function, read at start-up. A router function does not show its
 * filters, so each route is asked for what it leads to, with a request made up from its
 * predicates.
 */
final class FunctionRoutes implements RouterFunctions.Visitor {

    private static final Logger logger = LoggerFactory.getLogger(FunctionRoutes.class);

    /** Parts of a path that patterns with regular expressions ask for. */
    private static final List<String> PARTS = List.of("x", "1", "00000000-0000-0000-0000-000000000000");

    private final RouterFunction<?> routerFunction;

    private final @Nullable ApiVersionStrategy versions;

    private final Deque<RequestPredicate> nested = new ArrayDeque<>();

    private final List<Route> routes = new ArrayList<>();

    private boolean complete = true;

    private FunctionRoutes(RouterFunction<?> routerFunction, @Nullable ApiVersionStrategy versions) {
        this.routerFunction = routerFunction;
        this.versions = versions;
    }

    /**
     * Reads the routes of a router function.
     * @param routerFunction the router function
     * @param versions reads versions of an API; {@code null} if there are none
     */
    static FunctionRoutes of(RouterFunction<?> routerFunction, @Nullable ApiVersionStrategy versions) {
        FunctionRoutes routes = new FunctionRoutes(routerFunction, versions);
        routerFunction.accept(routes);
        return routes;
    }

    List<Route> routes() {
        return this.routes;
    }

    /** Whether router functions of Spring's own are all that there is. */
    boolean complete() {
        return this.complete;
    }

    @Override
    public void startNested(RequestPredicate predicate) {
        this.nested.addLast(predicate);
    }

    @Override
    public void endNested(RequestPredicate predicate) {
        this.nested.removeLast();
    }

    @Override
    public void route(RequestPredicate predicate, HandlerFunction<?> handlerFunction) {
        RouteRequest request = new RouteRequest();
        this.nested.forEach((outer) -> outer.accept(request));
        predicate.accept(request);
        this.routes.add(probe(request, handlerFunction));
    }

    @Override
    public void resources(Function<ServerRequest, Optional<Resource>> lookupFunction) {
        this.routes.add(new Route("resources " + lookupFunction, Set.of(), Set.of(), null, null, false));
    }

    @Override
    public void attributes(Map<String, Object> attributes) {
    }

    @Override
    public void unknown(RouterFunction<?> routerFunction) {
        this.complete = false;
    }

    private Route probe(RouteRequest request, HandlerFunction<?> handler) {
        for (String part : PARTS) {
            String path = Mapping.path(request.pattern(), part);
            UndispatchedRequest probe = new UndispatchedRequest(request.to(path));
            try {
                Object found = probe.whileCurrent(() -> ask(probe, path, request.version())).orElse(null);
                PaidFunctionFilter.Filtered paid = PaidFunctionFilter.Filtered.of(probe);
                if (found == handler || (paid != null && paid.handler() == handler)) {
                    return request.route(handler, (paid != null) ? paid.filter() : null, true);
                }
            }
            catch (InvalidX402ConfigurationException ex) {
                throw ex;
            }
            catch (RuntimeException ex) {
                logger.debug("A router function cannot be asked for {}", request.description(), ex);
            }
        }
        return request.route(handler, null, false);
    }

    private Optional<?> ask(UndispatchedRequest probe, String path, @Nullable String version) {
        ServletRequestPathUtils.setParsedRequestPath(RequestPath.parse(path, ""), probe);
        probe.setAttribute(HandlerMapping.API_VERSION_ATTRIBUTE, (version != null && this.versions != null)
                ? ApiVersionHolder.fromVersion(this.versions.parseVersion(version)) : ApiVersionHolder.EMPTY);
        return this.routerFunction.route(ServerRequest.create(probe, List.of(), this.versions));
    }

    /**
     * Route to a handler function.
     *
     * @param description its predicates
     * @param patterns the patterns of paths, of which there is at most one
     * @param methods the HTTP methods; empty for all
     * @param handler the handler function, or {@code null} if it is made for each request
     * @param filter states the price; {@code null} if none does, or none is known
     * @param known whether all is known
     */
    record Route(String description, Set<String> patterns, Set<String> methods, @Nullable HandlerFunction<?> handler,
            @Nullable PaidFunctionFilter filter, boolean known) {
    }

}

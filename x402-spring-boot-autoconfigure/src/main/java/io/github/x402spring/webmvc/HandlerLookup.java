package io.github.x402spring.webmvc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Look-up, before a request is dispatched, of whether a paid handler is going to get it.
 * Asks the handler mappings as the {@code DispatcherServlet} does, so that there is one
 * way to read a path. Where a mapping decides by the body, the result is that it is not.
 */
final class HandlerLookup {

    private final List<HandlerMapping> mappings;

    private final Predicate<HandlerMethod> paid;

    private final List<FunctionRoutes> functionRoutes;

    /** Whether each router function returns what it was routed to. */
    private final boolean routesAreFinal;

    /**
     * Creates a lookup.
     * @param mappings the handler mappings in the order in which they are asked
     * @param paid tells paid handler methods
     */
    HandlerLookup(List<HandlerMapping> mappings, Predicate<HandlerMethod> paid) {
        this.mappings = List.copyOf(mappings);
        this.paid = paid;
        this.functionRoutes = functionRoutes(mappings);
        this.routesAreFinal = this.functionRoutes.stream().allMatch(FunctionRoutes::complete);
    }

    /**
     * The mappings that map methods, and those that other mappings are made of. A library
     * may show its mappings to the {@code DispatcherServlet} as one.
     */
    List<RequestMappingInfoHandlerMapping> methodMappings() {
        List<RequestMappingInfoHandlerMapping> found = new ArrayList<>();
        this.mappings.forEach((mapping) -> collect(mapping, found));
        return found;
    }

    private static void collect(@Nullable Object mapping, List<RequestMappingInfoHandlerMapping> found) {
        if (mapping instanceof RequestMappingInfoHandlerMapping methods) {
            found.add(methods);
        }
        else if (mapping instanceof HandlerMapping && mapping instanceof Iterable<?> delegates) {
            delegates.forEach((delegate) -> collect(delegate, found));
        }
    }

    /** The routes of router functions. */
    List<FunctionRoutes> functionRoutes() {
        return this.functionRoutes;
    }

    private static List<FunctionRoutes> functionRoutes(List<HandlerMapping> mappings) {
        List<FunctionRoutes> found = new ArrayList<>();
        for (HandlerMapping mapping : mappings) {
            if (mapping instanceof RouterFunctionMapping functions && functions.getRouterFunction() != null) {
                found.add(FunctionRoutes.of(functions.getRouterFunction(), functions.getApiVersionStrategy()));
            }
        }
        return found;
    }

    boolean findsPaid(HttpServletRequest request) {
        UndispatchedRequest undispatched = new UndispatchedRequest(request);
        // Only filters of handler functions ask for the present request.
        return this.functionRoutes.isEmpty() ? findsPaid(request, undispatched)
                : undispatched.whileCurrent(() -> findsPaid(request, undispatched));
    }

    private boolean findsPaid(HttpServletRequest request, UndispatchedRequest undispatched) {
        ServletRequestPathUtils.parseAndCache(undispatched);
        for (HandlerMapping mapping : this.mappings) {
            HandlerExecutionChain chain = null;
            boolean rejected = false;
            undispatched.removeAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE);
            PaidFunctionFilter.Filtered.forget(undispatched);
            try {
                chain = mapping.getHandler(undispatched);
            }
            catch (Exception ex) {
                rejected = true;
            }
            if (undispatched.bodyWasNeeded() && bodyDecides(mapping, undispatched)) {
                return false;
            }
            if (chain != null && isPaid(chain, undispatched)) {
                return true;
            }
            // A mapping responds to OPTIONS by itself where no handler does.
            if (rejected || (chain != null && "OPTIONS".equals(request.getMethod()))) {
                return mapsOnlyPaid(mapping, undispatched);
            }
            if (chain != null) {
                return false;
            }
        }
        return false;
    }

    /** A mapping may ask for parameters on behalf of handlers of other paths, too. */
    private static boolean bodyDecides(HandlerMapping mapping, UndispatchedRequest request) {
        if (!(mapping instanceof RequestMappingInfoHandlerMapping methods)) {
            return true;
        }
        for (RequestMappingInfo info : methods.getHandlerMethods().keySet()) {
            if (isOnPath(info, request)) {
                info.getMatchingCondition(request);
                if (request.bodyWasNeeded()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isOnPath(RequestMappingInfo info, HttpServletRequest request) {
        return info.getActivePatternsCondition().getMatchingCondition(request) != null;
    }

    /** Of a preflight request, the chain has a handler of its own. */
    private boolean isPaid(HandlerExecutionChain chain, UndispatchedRequest request) {
        return (chain.getHandler() instanceof HandlerMethod handler) ? this.paid.test(handler)
                : isPaidFunction(request.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE), request);
    }

    /**
     * Whether a request was routed to a handler function with a price, also where other
     * filters hide it: unless a router function may have gone on to another one.
     */
    boolean isPaidFunction(@Nullable Object handler, HttpServletRequest request) {
        return handler instanceof HandlerFunction<?> function
                && (handler instanceof PaidFunctionFilter.Filtered || PaidHandlerProxies.gates(function)
                        || (this.routesAreFinal && PaidFunctionFilter.Filtered.of(request) != null));
    }

    /** Whether paid handlers, and no others, are mapped to the path. */
    private boolean mapsOnlyPaid(HandlerMapping mapping, HttpServletRequest request) {
        List<RequestMappingInfoHandlerMapping> methodMappings = new ArrayList<>();
        collect(mapping, methodMappings);
        boolean found = false;
        for (RequestMappingInfoHandlerMapping methods : methodMappings) {
            for (Map.Entry<RequestMappingInfo, HandlerMethod> mapped : methods.getHandlerMethods().entrySet()) {
                if (isOnPath(mapped.getKey(), request)) {
                    if (!this.paid.test(mapped.getValue())) {
                        return false;
                    }
                    found = true;
                }
            }
        }
        return found;
    }

}

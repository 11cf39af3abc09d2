package io.github.x402spring.webmvc;

import java.util.ArrayList;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;

/**
 * Filter that lets a request through to handler functions once its payment is admitted.
 * Takes the filters that follow it in a builder inside, so that it sees whether they call
 * the handler function, and what that throws. Where it cannot see that, it lets nothing
 * through.
 */
final class PaidFunctionFilter implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    /** What Spring makes of a filter and of what it filters. */
    private static final String COMPOSED = HandlerFilterFunction.class.getName() + "$$Lambda";

    private final PaidEndpoint declaration;

    /** Filters between this one and the handler function. */
    private final List<HandlerFilterFunction<ServerResponse, ServerResponse>> inner;

    PaidFunctionFilter(PaidEndpoint declaration) {
        this(declaration, List.of());
    }

    private PaidFunctionFilter(PaidEndpoint declaration,
            List<HandlerFilterFunction<ServerResponse, ServerResponse>> inner) {
        this.declaration = declaration;
        this.inner = inner;
    }

    PaidEndpoint declaration() {
        return this.declaration;
    }

    @Override
    public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        checkVisible(next);
        return FunctionGate.filter(this, this.inner, request, next);
    }

    @Override
    public HandlerFilterFunction<ServerResponse, ServerResponse> andThen(
            HandlerFilterFunction<ServerResponse, ServerResponse> after) {
        if (after instanceof PaidFunctionFilter) {
            throw twice();
        }
        List<HandlerFilterFunction<ServerResponse, ServerResponse>> inner = new ArrayList<>(this.inner);
        inner.add(after);
        return new PaidFunctionFilter(this.declaration, List.copyOf(inner));
    }

    /** Called for each request that is routed here. */
    @Override
    public HandlerFunction<ServerResponse> apply(HandlerFunction<ServerResponse> handler) {
        checkVisible(handler);
        Filtered filtered = new Filtered(this, handler);
        filtered.note();
        return filtered;
    }

    private void checkVisible(HandlerFunction<ServerResponse> handler) {
        if (handler instanceof Filtered || PaidHandlerProxies.gates(handler)) {
            throw twice();
        }
        if (handler.getClass().getName().startsWith(COMPOSED)) {
            throw new InvalidX402ConfigurationException(
                    "Filters or error handlers between the filter of paid endpoint '" + this.declaration.value()
                            + "' and the handler functions hide what these do",
                    "Make X402Functions.paid(\"" + this.declaration.value()
                            + "\", …) the first filter of the builder that has the routes; filters that belong outside "
                            + "of it go to a builder around that one.");
        }
    }

    private InvalidX402ConfigurationException twice() {
        return new InvalidX402ConfigurationException(
                "A route of paid endpoint '" + this.declaration.value() + "' is priced twice",
                "Leave one of X402Functions.paid(…) and @PaidEndpoint on the route.");
    }

    /**
     * Handler function with a price.
     *
     * @param filter states it
     * @param handler runs for admitted payments
     */
    record Filtered(PaidFunctionFilter filter,
            HandlerFunction<ServerResponse> handler) implements HandlerFunction<ServerResponse> {

        private static final String ATTRIBUTE = PaidFunctionFilter.class.getName();

        @Override
        public ServerResponse handle(ServerRequest request) throws Exception {
            return this.filter.filter(request, this.handler);
        }

        /**
         * Leaves a note where the request is routed, since filters around this one hide
         * it.
         */
        private void note() {
            if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
                attributes.getRequest().setAttribute(ATTRIBUTE, this);
            }
        }

        /**
         * Returns what the last dispatch of a request was routed to, or an earlier one if
         * the last led elsewhere; {@code null} if none is known.
         */
        static @Nullable Filtered of(HttpServletRequest request) {
            return (request.getAttribute(ATTRIBUTE) instanceof Filtered filtered) ? filtered : null;
        }

        static void forget(HttpServletRequest request) {
            request.removeAttribute(ATTRIBUTE);
        }

    }

}

package io.github.x402spring.webmvc;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.endpoint.RegisteredEndpoint;

/**
 * Request whose handler may run, with its payment.
 *
 * @param endpoint the endpoint that the payment is for, and no other
 * @param resource the resource that it is for, since endpoints may have several, with
 * prices and policies of their own
 * @param payment the payment
 */
record AdmittedRequest(RegisteredEndpoint endpoint, Resource resource, VerifiedPayment payment) {

    private static final String ATTRIBUTE = AdmittedRequest.class.getName();

    AdmittedRequest(RegisteredEndpoint endpoint, HttpServletRequest request, VerifiedPayment payment) {
        this(endpoint, Resource.of(request), payment);
    }

    /** Whether the payment is for the handler that a request is dispatched to. */
    boolean covers(RegisteredEndpoint endpoint, HttpServletRequest request) {
        return this.endpoint.equals(endpoint) && this.resource.equals(Resource.of(request));
    }

    void keepWith(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    static @Nullable AdmittedRequest of(HttpServletRequest request) {
        return (AdmittedRequest) request.getAttribute(ATTRIBUTE);
    }

    /**
     * What a dispatch of a request is for.
     *
     * @param method the method
     * @param path the path below the context, since containers write that of a context
     * anew
     * @param query the query, or {@code null} if there is none
     */
    record Resource(String method, String path, @Nullable String query) {

        static Resource of(HttpServletRequest request) {
            if (request.getDispatcherType() == DispatcherType.INCLUDE) {
                return new Resource(request.getMethod(),
                        below(request.getAttribute(RequestDispatcher.INCLUDE_REQUEST_URI),
                                request.getAttribute(RequestDispatcher.INCLUDE_CONTEXT_PATH)),
                        (String) request.getAttribute(RequestDispatcher.INCLUDE_QUERY_STRING));
            }
            return new Resource(request.getMethod(), below(request.getRequestURI(), request.getContextPath()),
                    request.getQueryString());
        }

        private static String below(@Nullable Object uri, @Nullable Object contextPath) {
            String path = String.valueOf(uri);
            return (contextPath instanceof String context && path.startsWith(context))
                    ? path.substring(context.length()) : path;
        }

    }

}

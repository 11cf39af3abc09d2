package io.github.x402spring.webmvc;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.VerifiedPayment;

/**
 * Note kept with a request whose handler may run.
 *
 * @param endpoint the endpoint that the payment is for, and no other
 * @param resource the resource that it is for, since endpoints may have several, with
 * prices and policies of their own
 * @param payment the payment
 */
record AdmittedRequest(RegisteredEndpoint endpoint, String resource, VerifiedPayment payment) {

    private static final String ATTRIBUTE = AdmittedRequest.class.getName();

    AdmittedRequest(RegisteredEndpoint endpoint, HttpServletRequest request, VerifiedPayment payment) {
        this(endpoint, resource(request), payment);
    }

    /** What the present dispatch of a request is for. */
    private static String resource(HttpServletRequest request) {
        boolean included = request.getDispatcherType() == DispatcherType.INCLUDE;
        return request.getMethod() + " "
                + (included ? request.getAttribute(RequestDispatcher.INCLUDE_REQUEST_URI) : request.getRequestURI())
                + "?"
                + (included ? request.getAttribute(RequestDispatcher.INCLUDE_QUERY_STRING) : request.getQueryString());
    }

    /** Whether the payment is for the handler that a request is dispatched to. */
    boolean covers(RegisteredEndpoint endpoint, HttpServletRequest request) {
        return this.endpoint.equals(endpoint) && this.resource.equals(resource(request));
    }

    void keepWith(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    static @Nullable AdmittedRequest of(HttpServletRequest request) {
        return (AdmittedRequest) request.getAttribute(ATTRIBUTE);
    }

}

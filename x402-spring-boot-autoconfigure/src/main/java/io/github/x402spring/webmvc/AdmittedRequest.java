package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.VerifiedPayment;

/**
 * Is kept with a request whose handler may run.
 *
 * @param endpoint the endpoint that the payment is for, and no other
 * @param payment the payment
 */
record AdmittedRequest(RegisteredEndpoint endpoint, VerifiedPayment payment) {

    private static final String ATTRIBUTE = AdmittedRequest.class.getName();

    void keepWith(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    static @Nullable AdmittedRequest of(HttpServletRequest request) {
        return (AdmittedRequest) request.getAttribute(ATTRIBUTE);
    }

}

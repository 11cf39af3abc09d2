package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;

import io.github.x402spring.webmvc.hold.HeldPayment;

/**
 * Declaration that a response is charged for although it is not the handler's own: that
 * of an interceptor in place of the handler, of an exception handler, or in place of a
 * denial.
 *
 * @since 0.1.0
 * @see PaymentCancellation
 */
public final class BillableResponse {

    private BillableResponse() {
    }

    /**
     * Has the payment of a request settled for the response that it gets, whatever made
     * it. Has no effect on a response with a status of 400 or more. The last call of this
     * method or of {@link PaymentCancellation#cancel} counts.
     * @param request the request
     */
    public static void declare(HttpServletRequest request) {
        HeldPayment.declareBillable(request, true);
    }

}

package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;

import io.github.x402spring.webmvc.hold.HeldPayment;

/**
 * Lets an application charge for a response that is not the handler's own: of an
 * interceptor that kept the handler from running, of an exception handler, or in place of
 * a denial.
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

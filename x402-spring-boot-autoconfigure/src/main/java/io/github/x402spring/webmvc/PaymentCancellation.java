package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;

import io.github.x402spring.webmvc.hold.HeldPayment;

/**
 * Lets an application deliver a response without charging for it, where neither the
 * status nor the way it came about says so: an empty result, an apology.
 *
 * @since 0.1.0
 * @see BillableResponse
 */
public final class PaymentCancellation {

    private PaymentCancellation() {
    }

    /**
     * Has the payment of a request released instead of settled. Has no effect on a
     * payment that was settled: before the handler ran, or with the first byte of a
     * stream. The last call of this method or of {@link BillableResponse#declare} counts.
     * @param request the request
     */
    public static void cancel(HttpServletRequest request) {
        HeldPayment.declareBillable(request, false);
    }

}

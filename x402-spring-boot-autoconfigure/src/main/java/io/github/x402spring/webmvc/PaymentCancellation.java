package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;

import io.github.x402spring.webmvc.hold.HeldPayment;

/**
 * Declaration that a response is delivered without charge, where its status and its
 * origin do not show that: an empty result, an apology.
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

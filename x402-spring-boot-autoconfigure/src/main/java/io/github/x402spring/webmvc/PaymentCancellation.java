package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Lets an application deliver an answer without charging for it, where the status does
 * not say so by itself: an exception handler that answers 200, an empty result, an
 * apology.
 *
 * @since 0.1.0
 */
public final class PaymentCancellation {

    private static final String ATTRIBUTE = PaymentCancellation.class.getName();

    private PaymentCancellation() {
    }

    /**
     * Has the payment of a request released instead of settled. Has no effect on a
     * payment that was settled: before the handler ran, or with the first byte of a
     * stream.
     * @param request the request
     */
    public static void cancel(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, Boolean.TRUE);
    }

    /** Tells whether an answer is charged for: a 304 says what the client has already. */
    static boolean isSale(HttpServletRequest request, int status) {
        return status < HttpServletResponse.SC_BAD_REQUEST && status != HttpServletResponse.SC_NOT_MODIFIED
                && request.getAttribute(ATTRIBUTE) == null;
    }

}

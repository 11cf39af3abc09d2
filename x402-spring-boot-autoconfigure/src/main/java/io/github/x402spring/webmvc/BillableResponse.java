package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Lets an application charge for a response that is not the handler's own: of an
 * interceptor that kept the handler from running, of an exception handler, or in place of
 * a denial.
 *
 * @since 0.1.0
 * @see PaymentCancellation
 */
public final class BillableResponse {

    static final String ATTRIBUTE = BillableResponse.class.getName();

    private BillableResponse() {
    }

    /**
     * Has the payment of a request settled for the response that it gets, whatever made
     * it. Has no effect on a response with a status of 400 or more. The last call of this
     * method or of {@link PaymentCancellation#cancel} counts.
     * @param request the request
     */
    public static void declare(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, Boolean.TRUE);
    }

    /**
     * Tells whether a response is charged for.
     * @param status the status of the response
     * @param own whether it is what the handler returned
     * @return whether it is
     */
    static boolean is(HttpServletRequest request, int status, boolean own) {
        boolean billable = (request.getAttribute(ATTRIBUTE) instanceof Boolean declared) ? declared : own;
        return billable && status < HttpServletResponse.SC_BAD_REQUEST;
    }

}

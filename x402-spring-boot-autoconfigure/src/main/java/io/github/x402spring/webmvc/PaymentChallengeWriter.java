package io.github.x402spring.webmvc;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Renders the answers with which a paid endpoint does not deliver: challenges and
 * refusals. Declare a bean of this type to replace the default, which writes problem
 * details.
 * <p>
 * Called with an uncommitted response from which everything the handler did has been
 * removed. An implementation sets the status and the payment headers too. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PaymentChallengeWriter {

    /**
     * Writes the answer.
     * @param request the request
     * @param response the response to the client
     * @param refusal why nothing is delivered
     * @throws IOException if the client is gone
     */
    void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal) throws IOException;

}

package io.github.x402spring.webmvc.hold;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentRefusal;

/**
 * Writer of the responses with which a paid endpoint does not deliver: challenges and
 * refusals. Declare a bean of this type to replace the default, which writes problem
 * details.
 * <p>
 * Called with an uncommitted response from which everything the handler did has been
 * removed. An implementation sets the status and the headers that
 * {@link PaymentRefusal#headers()} names, too. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PaymentChallengeWriter {

    /**
     * Writes the response.
     * @param request the request
     * @param response the response to the client
     * @param refusal why nothing is delivered
     * @throws IOException if the client is gone
     */
    void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal) throws IOException;

    /**
     * Prepares the challenge of an endpoint whose terms do not depend on the request.
     * Called before the first of those challenges, and seldom again; what it returns
     * writes all of them. By default nothing is prepared.
     * @param challenge one of them: the others differ in {@code identityRequired} only
     * @return the writer of these challenges, thread-safe
     */
    default PaymentChallengeWriter prepare(PaymentRefusal challenge) {
        return this;
    }

    /**
     * Returns the default writer, which renders the decision envelope as problem details,
     * with the readable terms beside it where a payment can change the outcome.
     * @param envelopes renders envelopes
     * @param dialects state the readable terms
     * @param authenticateChallenge the value of {@code WWW-Authenticate} where a caller
     * has to authenticate
     * @return the writer
     */
    static PaymentChallengeWriter problemDetails(EnvelopeRenderer envelopes, PaymentDialects dialects,
            String authenticateChallenge) {
        return new ProblemPaymentChallengeWriter(envelopes, dialects, authenticateChallenge);
    }

}

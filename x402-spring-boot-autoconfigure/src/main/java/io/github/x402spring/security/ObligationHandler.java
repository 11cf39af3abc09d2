package io.github.x402spring.security;

import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.PolicyObligation;

/**
 * Handler of one type of obligation that a policy attaches to its permission. Declare a
 * bean for each further type; a bean for a type of the starter's own replaces it.
 * Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public interface ObligationHandler {

    /**
     * Returns the type of obligation that this handler carries out.
     * @return the type, such as {@code notify}
     */
    String type();

    /**
     * Carries an obligation out, after the payment was verified and before the handler
     * runs. An exception counts as a failure of the policy: the request is refused with
     * 503 and not charged.
     * @param obligation what to do
     * @param request the request
     * @return granted if it was carried out; else why the request is refused
     */
    AuthorizationResult carryOut(PolicyObligation obligation, PaidRequest request);

}

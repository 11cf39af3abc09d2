package io.github.x402spring.security;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;

/**
 * Condition on the payer and the amount of a payment. It is deliberately no
 * {@link AuthorizationManager}: a payment can narrow a rule and never grants anything by
 * itself.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PaymentCondition {

    /**
     * Returns whether the condition holds.
     * @param authentication the caller, or {@code null} if it is anonymous
     * @param request the request with its payment
     * @return whether it holds
     */
    boolean holds(@Nullable Authentication authentication, PaidRequest request);

    /**
     * Adds this condition to a rule: both have to hold.
     * @param rule the rule on the caller
     * @return the narrower rule
     */
    default AuthorizationManager<PaidRequest> narrowing(AuthorizationManager<PaidRequest> rule) {
        Objects.requireNonNull(rule, "'rule' must not be null");
        return (authentication, request) -> {
            AuthorizationResult result = rule.authorize(authentication, request);
            if (result == null || !result.isGranted() || holds(authentication.get(), request)) {
                return result;
            }
            return X402AuthorizationDecision.denied().policy("payment condition").build();
        };
    }

    /**
     * Returns the condition that the caller pays itself: its name is the payer's address,
     * as it is after a sign-in with a wallet.
     * @return the condition
     */
    static PaymentCondition payerIsCaller() {
        return (authentication, request) -> authentication != null && authentication.isAuthenticated()
                && request.payment().isPaidBy(authentication.getName());
    }

    /**
     * Returns the condition that one of the given wallets pays.
     * @param payers addresses of any case; one that is named twice counts once
     * @return the condition
     */
    static PaymentCondition payerAllowed(String... payers) {
        Set<String> allowed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        allowed.addAll(List.of(payers));
        return (authentication, request) -> allowed.contains(request.payment().payer());
    }

    /**
     * Returns the condition that no more than an amount is paid.
     * @param atomicUnits the amount, in atomic units of the token
     * @return the condition
     */
    static PaymentCondition maxAmount(BigInteger atomicUnits) {
        Objects.requireNonNull(atomicUnits, "'atomicUnits' must not be null");
        return (authentication, request) -> request.payment().amount().value().compareTo(atomicUnits) <= 0;
    }

}

package io.github.x402spring.security.web;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Charged;

/**
 * Resolver of whether the payment of a request was charged that is refused before any
 * check of the payment, as by Spring Security: the same payment may have been presented
 * before. Called for refusals only; thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ChargeResolver {

    /**
     * Finds out whether the payment of a request was charged.
     * @param request the request
     * @return whether it was, {@code UNKNOWN} if that was not found out; {@code null} if
     * the request presents no payment
     */
    @Nullable Charged charged(HttpServletRequest request);

}

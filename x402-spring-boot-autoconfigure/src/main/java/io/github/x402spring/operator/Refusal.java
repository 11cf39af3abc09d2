package io.github.x402spring.operator;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.Network;

/**
 * Paid request that was refused, with the rule that decided and the amount that was not
 * earned. For operators; no caller sees it.
 *
 * @param at when it was refused
 * @param endpoint the name of the paid endpoint
 * @param reason why, as the response states
 * @param rule the rule that refused it, in its own words, or the empty string
 * @param payer the payer's address, or {@code null} without a payment
 * @param caller the name of the caller, or {@code null} if it is anonymous
 * @param worth the amount that was not earned, or {@code null} if it is unknown
 * @since 0.1.0
 */
public record Refusal(Instant at, String endpoint, Reason reason, String rule, @Nullable String payer,
        @Nullable String caller, @Nullable Worth worth) {

    private static final int MAX_TEXT = 500;

    public Refusal {
        Objects.requireNonNull(at, "'at' must not be null");
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(reason, "'reason' must not be null");
        rule = cut(rule);
        caller = (caller != null) ? cut(caller) : null;
    }

    private static String cut(String text) {
        return (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) : text;
    }

    /**
     * Amount of a token.
     *
     * @param network the network
     * @param asset the token's contract address
     * @param amount the amount in atomic units
     */
    public record Worth(Network network, String asset, BigInteger amount) {

        public Worth {
            Objects.requireNonNull(network, "'network' must not be null");
            Objects.requireNonNull(asset, "'asset' must not be null");
            Objects.requireNonNull(amount, "'amount' must not be null");
        }

    }

}

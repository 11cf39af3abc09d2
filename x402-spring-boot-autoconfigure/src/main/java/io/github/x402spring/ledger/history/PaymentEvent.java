package io.github.x402spring.ledger.history;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Event in the history of a payment.
 *
 * @param type what happened, such as {@code RESERVED} or {@code DELIVERED}
 * @param transaction the hash of the transaction that goes with it, or {@code null}
 * @param at when it happened
 * @since 0.1.0
 */
public record PaymentEvent(String type, @Nullable String transaction, Instant at) {

    public PaymentEvent {
        Objects.requireNonNull(type, "'type' must not be null");
        Objects.requireNonNull(at, "'at' must not be null");
    }

}

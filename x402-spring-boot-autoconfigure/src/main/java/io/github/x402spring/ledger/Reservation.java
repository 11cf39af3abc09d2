package io.github.x402spring.ledger;

import java.util.Objects;

/**
 * Right of its holder to end the payment that it reserved. A reservation is valid until
 * the payment is settled, released or becomes unknown.
 *
 * @param key the payment
 * @param token distinguishes this reservation from an earlier or later one of the same
 * payment
 * @param resumed whether the payment was sent to be settled before and its outcome was
 * unknown: it can no longer be released, and only a settlement ends it
 * @since 0.1.0
 */
public record Reservation(PaymentKey key, String token, boolean resumed) {

    public Reservation {
        Objects.requireNonNull(key, "'key' must not be null");
        Objects.requireNonNull(token, "'token' must not be null");
    }

}

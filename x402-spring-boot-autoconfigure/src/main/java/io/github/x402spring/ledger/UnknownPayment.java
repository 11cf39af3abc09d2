package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Rail;

/**
 * Payment that was sent to be settled and whose outcome is unknown, with all that is
 * needed to find out. It cannot be settled with this: no signature is stored.
 *
 * @param key the payment
 * @param rail the protocol that moves the money
 * @param token distinguishes the reservation under which it was found from later ones
 * @param terms the terms that the payment was reserved with
 * @param validBefore the time at which the payer's authorization expires
 * @param reservedAt when the payment was reserved for the first time, by the ledger's
 * clock: a transfer in a block before that is not for this reservation
 * @param transaction the hash of the transaction that was pending, or {@code null} if
 * none is known
 * @since 0.1.0
 */
public record UnknownPayment(PaymentKey key, Rail rail, String token, StoredTerms terms, Instant validBefore,
        Instant reservedAt, @Nullable String transaction) {

    public UnknownPayment {
        Objects.requireNonNull(key, "'key' must not be null");
        Objects.requireNonNull(rail, "'rail' must not be null");
        Objects.requireNonNull(token, "'token' must not be null");
        Objects.requireNonNull(terms, "'terms' must not be null");
        Objects.requireNonNull(validBefore, "'validBefore' must not be null");
        Objects.requireNonNull(reservedAt, "'reservedAt' must not be null");
    }

    /**
     * Returns the payment scheme.
     * @return the scheme
     */
    public String scheme() {
        return this.terms.scheme();
    }

    /**
     * Returns the price.
     * @return the amount in atomic units
     */
    public BigInteger amount() {
        return this.terms.amount();
    }

    /**
     * Returns the recipient.
     * @return the address
     */
    public String payTo() {
        return this.terms.payTo();
    }

}

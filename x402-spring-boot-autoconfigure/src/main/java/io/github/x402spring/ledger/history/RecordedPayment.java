package io.github.x402spring.ledger.history;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.Rail;

/**
 * Payment in the history of a ledger. Holds nothing with which the payment could be
 * presented again.
 *
 * @param key the payment
 * @param rail the protocol that moves the money
 * @param state the state
 * @param endpoint the name of the paid endpoint
 * @param resource the canonical address of what is bought
 * @param scheme the payment scheme
 * @param amount the price in atomic units
 * @param payTo the recipient's address
 * @param caller the name of the caller, or {@code null} if the caller is anonymous
 * @param transaction the transaction's hash, or {@code null} if none is known
 * @param validBefore the time at which the payer's authorization expires
 * @param createdAt when the payment was presented
 * @param deliveredAt when its response was delivered, or {@code null} if that is not
 * recorded
 * @since 0.1.0
 */
public record RecordedPayment(PaymentKey key, Rail rail, PaymentState state, String endpoint, String resource,
        String scheme, BigInteger amount, String payTo, @Nullable String caller, @Nullable String transaction,
        Instant validBefore, Instant createdAt, @Nullable Instant deliveredAt) {

    /** Order that lists the latest first. */
    public static final Comparator<RecordedPayment> NEWEST_FIRST = Comparator.comparing(RecordedPayment::cursor);

    public RecordedPayment {
        Objects.requireNonNull(key, "'key' must not be null");
        Objects.requireNonNull(rail, "'rail' must not be null");
        Objects.requireNonNull(state, "'state' must not be null");
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(resource, "'resource' must not be null");
        Objects.requireNonNull(scheme, "'scheme' must not be null");
        Objects.requireNonNull(amount, "'amount' must not be null");
        Objects.requireNonNull(payTo, "'payTo' must not be null");
        Objects.requireNonNull(validBefore, "'validBefore' must not be null");
        Objects.requireNonNull(createdAt, "'createdAt' must not be null");
    }

    /**
     * Returns the payment's place in a listing.
     * @return the place
     */
    public PaymentCursor cursor() {
        return new PaymentCursor(this.createdAt, this.key);
    }

}

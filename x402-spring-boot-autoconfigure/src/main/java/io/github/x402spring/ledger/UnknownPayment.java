package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Is a payment that was sent to be settled and whose outcome nobody has learnt, with all
 * that is needed to find out. It cannot be settled with this: no signature is kept.
 *
 * @param key the payment
 * @param token tells the reservation under which it was found from later ones
 * @param scheme the payment scheme
 * @param amount the price in atomic units
 * @param payTo the recipient's address
 * @param validBefore the time at which the payer's authorization expires
 * @param transaction the hash of the transaction that was pending, or {@code null} if
 * none is known
 * @since 0.1.0
 */
public record UnknownPayment(PaymentKey key, String token, String scheme, BigInteger amount, String payTo,
        Instant validBefore, @Nullable String transaction) {

    public UnknownPayment {
        Objects.requireNonNull(key, "'key' must not be null");
        Objects.requireNonNull(token, "'token' must not be null");
        Objects.requireNonNull(scheme, "'scheme' must not be null");
        Objects.requireNonNull(amount, "'amount' must not be null");
        Objects.requireNonNull(payTo, "'payTo' must not be null");
        Objects.requireNonNull(validBefore, "'validBefore' must not be null");
    }

}

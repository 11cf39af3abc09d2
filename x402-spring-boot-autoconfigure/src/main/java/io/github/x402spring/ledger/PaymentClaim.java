package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Says which payment is to be used for which request, and what a ledger that keeps a
 * record writes down about it.
 *
 * @param key the payment
 * @param fingerprint the request
 * @param validBefore the time at which the payer's authorization expires
 * @param endpoint the name of the paid endpoint
 * @param resource the canonical address of what is being bought
 * @param scheme the payment scheme
 * @param amount the price in atomic units
 * @param payTo the recipient's address
 * @param caller the name of the caller, or {@code null} if nobody knows it
 * @param identifier identifies the purchase beyond its payment, or {@code null} if the
 * client gave it no name
 * @since 0.1.0
 */
public record PaymentClaim(PaymentKey key, RequestFingerprint fingerprint, Instant validBefore, String endpoint,
        String resource, String scheme, BigInteger amount, String payTo, @Nullable String caller,
        @Nullable PaymentIdentifier identifier) {

    public PaymentClaim {
        Objects.requireNonNull(key, "'key' must not be null");
        Objects.requireNonNull(fingerprint, "'fingerprint' must not be null");
        Objects.requireNonNull(validBefore, "'validBefore' must not be null");
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(resource, "'resource' must not be null");
        Objects.requireNonNull(scheme, "'scheme' must not be null");
        Objects.requireNonNull(amount, "'amount' must not be null");
        Objects.requireNonNull(payTo, "'payTo' must not be null");
    }

    /**
     * Claims a payment for a purchase to which the client gave no name.
     * @param key the payment
     * @param fingerprint the request
     * @param validBefore the time at which the payer's authorization expires
     * @param endpoint the name of the paid endpoint
     * @param resource the canonical address of what is being bought
     * @param scheme the payment scheme
     * @param amount the price in atomic units
     * @param payTo the recipient's address
     * @param caller the name of the caller, or {@code null} if nobody knows it
     */
    public PaymentClaim(PaymentKey key, RequestFingerprint fingerprint, Instant validBefore, String endpoint,
            String resource, String scheme, BigInteger amount, String payTo, @Nullable String caller) {
        this(key, fingerprint, validBefore, endpoint, resource, scheme, amount, payTo, caller, null);
    }

    /**
     * Returns the claim with the name that the client gave the purchase.
     * @param identifier identifies the purchase beyond its payment
     * @return the claim
     */
    public PaymentClaim withIdentifier(PaymentIdentifier identifier) {
        return new PaymentClaim(this.key, this.fingerprint, this.validBefore, this.endpoint, this.resource, this.scheme,
                this.amount, this.payTo, this.caller, identifier);
    }

}

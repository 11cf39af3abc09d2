package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;

/**
 * Payment, the request that it is to be used for, and what a ledger with a history stores
 * about it.
 *
 * @param key the payment
 * @param rail the protocol that moves the money
 * @param fingerprint the request
 * @param validBefore the time at which the payer's authorization expires
 * @param endpoint the name of the paid endpoint
 * @param resource the canonical address of what is being bought
 * @param requirements the terms that the client was asked for; from configuration, never
 * from the client
 * @param caller the name of the caller, or {@code null} if the caller is anonymous
 * @param signatureDigest the SHA-256 digest of the signature's bytes, in 64 hexadecimal
 * digits, or {@code null} if the payment has no signature; never the signature itself
 * @param identifier identifies the purchase beyond its payment, or {@code null} if the
 * client gave it no name
 * @since 0.1.0
 */
public record PaymentClaim(PaymentKey key, Rail rail, RequestFingerprint fingerprint, Instant validBefore,
        String endpoint, String resource, PaymentRequirements requirements, @Nullable String caller,
        @Nullable String signatureDigest, @Nullable PaymentIdentifier identifier) {

    public PaymentClaim {
        Objects.requireNonNull(key, "'key' must not be null");
        Objects.requireNonNull(rail, "'rail' must not be null");
        Objects.requireNonNull(fingerprint, "'fingerprint' must not be null");
        Objects.requireNonNull(validBefore, "'validBefore' must not be null");
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(resource, "'resource' must not be null");
        Objects.requireNonNull(requirements, "'requirements' must not be null");
        if (signatureDigest != null && !RequestFingerprint.isDigest(signatureDigest)) {
            throw new IllegalArgumentException("'signatureDigest' must be a SHA-256 digest in hexadecimal");
        }
    }

    /**
     * Returns the payment scheme.
     * @return the scheme of the requirements
     */
    public String scheme() {
        return this.requirements.scheme();
    }

    /**
     * Returns the price.
     * @return the amount of the requirements, in atomic units
     */
    public BigInteger amount() {
        return this.requirements.amount().value();
    }

    /**
     * Returns the recipient.
     * @return the address of the requirements
     */
    public String payTo() {
        return this.requirements.payTo();
    }

    /**
     * Returns the claim with the name that the client gave the purchase.
     * @param identifier identifies the purchase beyond its payment
     * @return the claim
     */
    public PaymentClaim withIdentifier(PaymentIdentifier identifier) {
        return new PaymentClaim(this.key, this.rail, this.fingerprint, this.validBefore, this.endpoint, this.resource,
                this.requirements, this.caller, this.signatureDigest, identifier);
    }

}

package io.github.x402spring.ledger;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Rail;

/**
 * Payment as the ledger stores it, at the time of the call that returned it. Holds
 * nothing with which the payment could be presented again. Made by {@link #builder}.
 *
 * @param key the payment
 * @param rail the protocol that moves the money; {@link Rail#X402} for payments that
 * version 1 of a ledger stored
 * @param state the state
 * @param token distinguishes the last reservation from earlier and later ones; changes
 * with every reservation, resumption and run
 * @param fingerprint the request that the payment is bound to
 * @param terms the terms that the payment was reserved with
 * @param validBefore the time at which the payer's authorization expires
 * @param reservedAt when the payment was reserved for the first time, by the ledger's
 * clock. Resuming a payment does not move it, nor does releasing a resumed one
 * @param settledAt when the settlement became known, by the ledger's clock, or
 * {@code null} unless the payment is settled
 * @param transaction the hash of the transaction that settled the payment, that is
 * pending, or that used its authorization elsewhere; {@code null} if none is known
 * @param delivery the state of the response to a settled payment;
 * {@link Delivery#NOT_BEGUN} for any other
 * @param bodyBegun whether a byte of the response's body was handed to the container, in
 * any run; {@code false} if an instance died before it reported, and for payments that
 * version 1 stored
 * @param runs how many times the response was begun after the settlement: the first
 * delivery counts as one, stored responses do not count. 0 if the settlement became known
 * after its request was gone, and nothing was delivered since
 * @param responseDigest the digest that was recorded with the settlement, in 64
 * hexadecimal digits, or {@code null} if there was none
 * @param signatureDigest the digest of the payment's signature, in 64 hexadecimal digits,
 * or {@code null} if none is stored
 * @since 0.1.0
 */
public record StoredPayment(PaymentKey key, Rail rail, PaymentState state, String token, RequestFingerprint fingerprint,
        StoredTerms terms, Instant validBefore, Instant reservedAt, @Nullable Instant settledAt,
        @Nullable String transaction, Delivery delivery, boolean bodyBegun, int runs, @Nullable String responseDigest,
        @Nullable String signatureDigest) {

    public StoredPayment {
        Objects.requireNonNull(key, "'key' must not be null");
        Objects.requireNonNull(rail, "'rail' must not be null");
        Objects.requireNonNull(state, "'state' must not be null");
        Objects.requireNonNull(token, "'token' must not be null");
        Objects.requireNonNull(fingerprint, "'fingerprint' must not be null");
        Objects.requireNonNull(terms, "'terms' must not be null");
        Objects.requireNonNull(validBefore, "'validBefore' must not be null");
        Objects.requireNonNull(reservedAt, "'reservedAt' must not be null");
        Objects.requireNonNull(delivery, "'delivery' must not be null");
        if (runs < 0) {
            throw new IllegalArgumentException("'runs' must not be negative");
        }
    }

    /**
     * Begins a stored payment from the claim that reserved it.
     * @param claim the claim
     * @param token the token of the reservation
     * @param reservedAt when the payment was reserved for the first time
     * @return a builder, of a reserved payment so far
     */
    public static Builder builder(PaymentClaim claim, String token, Instant reservedAt) {
        return new Builder(claim.key(), token, claim.fingerprint(), StoredTerms.of(claim.requirements()), reservedAt)
            .rail(claim.rail())
            .validBefore(claim.validBefore())
            .signatureDigest(claim.signatureDigest());
    }

    /**
     * Begins a stored payment from what a ledger has read.
     * @param key the payment
     * @param token the token of the last reservation
     * @param fingerprint the request that the payment is bound to
     * @param terms the terms that it was reserved with
     * @param reservedAt when the payment was reserved for the first time
     * @return a builder, of a reserved payment so far
     */
    public static Builder builder(PaymentKey key, String token, RequestFingerprint fingerprint, StoredTerms terms,
            Instant reservedAt) {
        return new Builder(key, token, fingerprint, terms, reservedAt);
    }

    /**
     * Returns whether the payment is bound to the request of a claim.
     * @param claim the claim
     * @return whether the fingerprints are equal
     */
    public boolean isFor(PaymentClaim claim) {
        return this.fingerprint.equals(claim.fingerprint());
    }

    /**
     * Returns the payment with its response delivered in full.
     * @return the payment
     */
    public StoredPayment delivered() {
        return new StoredPayment(this.key, this.rail, this.state, this.token, this.fingerprint, this.terms,
                this.validBefore, this.reservedAt, this.settledAt, this.transaction, Delivery.DELIVERED, this.bodyBegun,
                this.runs, this.responseDigest, this.signatureDigest);
    }

    /**
     * Returns the payment as one whose outcome is to be found out.
     * @return the payment as one of unknown outcome
     */
    public UnknownPayment unknown() {
        return new UnknownPayment(this.key, this.rail, this.token, this.terms, this.validBefore, this.reservedAt,
                this.transaction);
    }

    /** State of the response to a settled payment. */
    public enum Delivery {

        /**
         * No delivery was begun: the settlement became known after its request was gone.
         */
        NOT_BEGUN,

        /** An instance is delivering it, and has reported so recently. */
        IN_FLIGHT,

        /**
         * A delivery was begun and did not arrive in full, or its instance has not
         * reported for too long.
         */
        LOST,

        /** It was delivered in full. */
        DELIVERED

    }

    /**
     * Builder of a stored payment. Not thread-safe.
     */
    public static final class Builder {

        private final PaymentKey key;

        private final String token;

        private final RequestFingerprint fingerprint;

        private final StoredTerms terms;

        private final Instant reservedAt;

        private Rail rail = Rail.X402;

        private PaymentState state = PaymentState.RESERVED;

        private @Nullable Instant validBefore;

        private @Nullable Instant settledAt;

        private @Nullable String transaction;

        private Delivery delivery = Delivery.NOT_BEGUN;

        private boolean bodyBegun;

        private int runs;

        private @Nullable String responseDigest;

        private @Nullable String signatureDigest;

        private Builder(PaymentKey key, String token, RequestFingerprint fingerprint, StoredTerms terms,
                Instant reservedAt) {
            this.key = key;
            this.token = token;
            this.fingerprint = fingerprint;
            this.terms = terms;
            this.reservedAt = reservedAt;
        }

        /**
         * Sets the protocol that moves the money.
         * @param rail the rail; {@link Rail#X402} unless it is set
         * @return this builder
         */
        public Builder rail(Rail rail) {
            this.rail = rail;
            return this;
        }

        /**
         * Sets the state.
         * @param state the state; {@link PaymentState#RESERVED} unless it is set
         * @return this builder
         */
        public Builder state(PaymentState state) {
            this.state = state;
            return this;
        }

        /**
         * Sets the time at which the payer's authorization expires.
         * @param validBefore the time
         * @return this builder
         */
        public Builder validBefore(Instant validBefore) {
            this.validBefore = validBefore;
            return this;
        }

        /**
         * Sets when the settlement became known.
         * @param settledAt the time, or {@code null} unless the payment is settled
         * @return this builder
         */
        public Builder settledAt(@Nullable Instant settledAt) {
            this.settledAt = settledAt;
            return this;
        }

        /**
         * Sets the transaction.
         * @param transaction the transaction's hash, or {@code null} if none is known
         * @return this builder
         */
        public Builder transaction(@Nullable String transaction) {
            this.transaction = transaction;
            return this;
        }

        /**
         * Sets what is known of the response.
         * @param delivery the state of the response
         * @param bodyBegun whether a byte of a body was handed to the container
         * @param runs how many times the response was begun
         * @return this builder
         */
        public Builder delivery(Delivery delivery, boolean bodyBegun, int runs) {
            this.delivery = delivery;
            this.bodyBegun = bodyBegun;
            this.runs = runs;
            return this;
        }

        /**
         * Sets the digest of the response.
         * @param responseDigest 64 hexadecimal digits, or {@code null} if there is none
         * @return this builder
         */
        public Builder responseDigest(@Nullable String responseDigest) {
            this.responseDigest = responseDigest;
            return this;
        }

        /**
         * Sets the digest of the signature.
         * @param signatureDigest 64 hexadecimal digits, or {@code null} if there is none
         * @return this builder
         */
        public Builder signatureDigest(@Nullable String signatureDigest) {
            this.signatureDigest = signatureDigest;
            return this;
        }

        /**
         * Makes the stored payment.
         * @return the payment
         */
        public StoredPayment build() {
            return new StoredPayment(this.key, this.rail, this.state, this.token, this.fingerprint, this.terms,
                    Objects.requireNonNull(this.validBefore, "'validBefore' must not be null"), this.reservedAt,
                    this.settledAt, this.transaction, this.delivery, this.bodyBegun, this.runs, this.responseDigest,
                    this.signatureDigest);
        }

    }

}

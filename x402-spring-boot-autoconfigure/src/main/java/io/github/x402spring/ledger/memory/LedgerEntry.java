package io.github.x402spring.ledger.memory;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.protocol.Rail;

/**
 * Payment in a ledger in memory. There may be a hundred thousand of them, so numbers
 * stand where callers see text and times.
 *
 * @param state the state
 * @param fingerprint the request
 * @param terms rail and terms; most payments share them
 * @param validBefore when the authorization expires, in seconds since 1970
 * @param reservedAt when it was reserved for the first time, in milliseconds since 1970
 * @param token distinguishes one reservation of a payment from the next
 * @param resumed whether the settlement of an earlier reservation is unknown
 * @param deliveryOrdinal the state of the response, once the payment is settled
 * @param bodyBegun whether a byte of a body was handed to the container
 * @param runs how many times the response was begun
 * @param transaction the transaction's hash, or the empty string
 * @param time in milliseconds since 1970: when the settlement of a settled payment became
 * known, and until when an unknown one is leased
 * @param responseDigest the digest of the response, or {@code null} if there is none
 * @param signatureDigest the digest of the signature, or {@code null} if there is none
 */
record LedgerEntry(PaymentState state, Digest fingerprint, Terms terms, long validBefore, long reservedAt, long token,
        boolean resumed, byte deliveryOrdinal, boolean bodyBegun, byte runs, String transaction, long time,
        @Nullable Digest responseDigest, @Nullable Digest signatureDigest) {

    private static final Delivery[] DELIVERIES = Delivery.values();

    /** Covers clocks that are set back while the instance runs. */
    static final Duration SETTLED_RETENTION = Duration.ofMinutes(10);

    /** Long enough for an operator to look into a settlement of unknown outcome. */
    private static final Duration UNKNOWN_RETENTION = Duration.ofHours(24);

    static LedgerEntry reserved(PaymentClaim claim, Digest fingerprint, Terms terms, long token, Instant now) {
        String signature = claim.signatureDigest();
        return new LedgerEntry(PaymentState.RESERVED, fingerprint, terms, claim.validBefore().getEpochSecond(),
                now.toEpochMilli(), token, false, (byte) Delivery.NOT_BEGUN.ordinal(), false, (byte) 0, "", 0, null,
                (signature != null) ? Digest.of(signature) : null);
    }

    LedgerEntry settling() {
        return in(PaymentState.SETTLING, this.token, this.resumed, this.transaction, this.time);
    }

    LedgerEntry resume(long token) {
        return in(PaymentState.RESERVED, token, true, this.transaction, 0);
    }

    LedgerEntry unknown(String transaction) {
        return in(PaymentState.UNKNOWN, this.token, this.resumed,
                transaction.isEmpty() ? this.transaction : transaction, Long.MIN_VALUE);
    }

    LedgerEntry ended(PaymentState state, @Nullable String transaction) {
        return in(state, this.token, this.resumed, (transaction != null) ? transaction : this.transaction, 0);
    }

    LedgerEntry leasedUntil(Instant time) {
        return in(this.state, this.token, this.resumed, this.transaction, time.toEpochMilli());
    }

    private LedgerEntry in(PaymentState state, long token, boolean resumed, String transaction, long time) {
        return new LedgerEntry(state, this.fingerprint, this.terms, this.validBefore, this.reservedAt, token, resumed,
                this.deliveryOrdinal, this.bodyBegun, this.runs, transaction, time, this.responseDigest,
                this.signatureDigest);
    }

    /** Settled by a request that is about to deliver its response. */
    LedgerEntry settled(String transaction, @Nullable String responseDigest, Instant now) {
        Digest digest = (responseDigest != null) ? Digest.of(responseDigest) : null;
        return settled(transaction, digest, now).delivered(this.token, Delivery.IN_FLIGHT, this.bodyBegun, 1);
    }

    /** Settled without a request that delivers the response. */
    LedgerEntry concluded(String transaction, Instant now) {
        return settled(transaction, (Digest) null, now);
    }

    private LedgerEntry settled(String transaction, @Nullable Digest responseDigest, Instant now) {
        return new LedgerEntry(PaymentState.SETTLED, this.fingerprint, this.terms, this.validBefore, this.reservedAt,
                this.token, this.resumed, this.deliveryOrdinal, this.bodyBegun, this.runs, transaction,
                now.toEpochMilli(), responseDigest, this.signatureDigest);
    }

    LedgerEntry redeliver(long token, int begun) {
        return delivered(token, Delivery.IN_FLIGHT, this.bodyBegun, begun);
    }

    LedgerEntry delivered() {
        return delivered(this.token, Delivery.DELIVERED, this.bodyBegun, 0);
    }

    LedgerEntry lost(boolean bodyBegun) {
        return delivered(this.token, Delivery.LOST, this.bodyBegun || bodyBegun, 0);
    }

    private LedgerEntry delivered(long token, Delivery delivery, boolean bodyBegun, int begun) {
        byte runs = (byte) Math.min(Byte.MAX_VALUE, this.runs + begun);
        return new LedgerEntry(this.state, this.fingerprint, this.terms, this.validBefore, this.reservedAt, token,
                this.resumed, (byte) delivery.ordinal(), bodyBegun, runs, this.transaction, this.time,
                this.responseDigest, this.signatureDigest);
    }

    boolean due(Instant now) {
        return this.state == PaymentState.UNKNOWN && now.toEpochMilli() >= this.time;
    }

    StoredPayment payment(PaymentKey key) {
        boolean settled = this.state == PaymentState.SETTLED;
        return new StoredPayment(key, this.terms.rail(), this.state, tokenText(),
                new RequestFingerprint(this.fingerprint.digits()), this.terms.stored(),
                Instant.ofEpochSecond(this.validBefore), Instant.ofEpochMilli(this.reservedAt),
                settled ? Instant.ofEpochMilli(this.time) : null, this.transaction.isEmpty() ? null : this.transaction,
                delivery(), this.bodyBegun, this.runs,
                (this.responseDigest != null) ? this.responseDigest.digits() : null,
                (this.signatureDigest != null) ? this.signatureDigest.digits() : null);
    }

    String tokenText() {
        return Long.toString(this.token);
    }

    Reservation reservation(PaymentKey key) {
        return new Reservation(key, tokenText(), this.resumed);
    }

    boolean open(Reservation reservation) {
        return holds(reservation) && (this.state == PaymentState.RESERVED || this.state == PaymentState.SETTLING);
    }

    /**
     * A payment that became unknown meanwhile can be settled unless it was resumed.
     */
    boolean settleable(Reservation reservation) {
        return open(reservation) || (holds(reservation) && this.state == PaymentState.UNKNOWN);
    }

    boolean delivering(Reservation reservation) {
        return holds(reservation) && this.state == PaymentState.SETTLED && delivery() == Delivery.IN_FLIGHT;
    }

    boolean deliverable(StoredPayment found, int maxRuns) {
        return this.state == PaymentState.SETTLED && tokenText().equals(found.token()) && this.runs <= maxRuns
                && (delivery() == Delivery.NOT_BEGUN || delivery() == Delivery.LOST);
    }

    private Delivery delivery() {
        return DELIVERIES[this.deliveryOrdinal];
    }

    private boolean holds(Reservation reservation) {
        return tokenText().equals(reservation.token());
    }

    /** Returns whether the outcome is uncertain: not known yet, or never. */
    boolean uncertain() {
        return this.state == PaymentState.UNKNOWN || this.state.ended();
    }

    boolean expired(Instant now) {
        return this.validBefore <= now.getEpochSecond();
    }

    boolean forgettable(Instant now) {
        if (this.state == PaymentState.SETTLED) {
            // A settlement that became known late is delivered late.
            long latest = Math.max(this.validBefore, Math.floorDiv(this.time, 1000L));
            return latest + SETTLED_RETENTION.toSeconds() < now.getEpochSecond();
        }
        return this.validBefore + UNKNOWN_RETENTION.toSeconds() < now.getEpochSecond();
    }

    /** Rail and terms of a payment. */
    record Terms(Rail rail, StoredTerms stored) {

        boolean areOf(PaymentClaim claim) {
            return this.rail == claim.rail() && claim.requirements().equals(this.stored.requirements());
        }

        static Terms of(PaymentClaim claim) {
            return new Terms(claim.rail(), StoredTerms.of(claim.requirements()));
        }

    }

}

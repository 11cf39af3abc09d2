package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Is what a ledger in memory keeps of a payment. There may be a hundred thousand of them,
 * so numbers stand where callers see text.
 *
 * @param state the state
 * @param fingerprint the request
 * @param validBefore when the authorization expires, in seconds since 1970
 * @param token tells one reservation of a payment from the next
 * @param resumed whether the settlement of an earlier reservation is unknown
 * @param delivery what became of the answer, once the payment is settled
 * @param transaction the transaction's hash, or the empty string
 * @param terms what was to be paid
 * @param leasedUntil until when it is in somebody's hands who finds out what became of
 * it; {@code null} unless it is unknown
 */
record LedgerEntry(PaymentState state, Digest fingerprint, long validBefore, long token, boolean resumed,
        Delivery delivery, String transaction, Terms terms, @Nullable Instant leasedUntil) {

    /** Covers clocks that are set back while the instance runs. */
    private static final Duration SETTLED_RETENTION = Duration.ofMinutes(10);

    /**
     * Long enough for a person to look into a settlement whose outcome stayed unknown.
     */
    private static final Duration UNKNOWN_RETENTION = Duration.ofHours(24);

    static LedgerEntry reserved(PaymentClaim claim, Digest fingerprint, Terms terms, long token) {
        return new LedgerEntry(PaymentState.RESERVED, fingerprint, claim.validBefore().getEpochSecond(), token, false,
                Delivery.UNDER_WAY, "", terms, null);
    }

    LedgerEntry with(PaymentState state) {
        return new LedgerEntry(state, this.fingerprint, this.validBefore, this.token, this.resumed, this.delivery,
                this.transaction, this.terms, this.leasedUntil);
    }

    LedgerEntry with(Delivery delivery) {
        return new LedgerEntry(this.state, this.fingerprint, this.validBefore, this.token, this.resumed, delivery,
                this.transaction, this.terms, this.leasedUntil);
    }

    LedgerEntry settledBy(String transaction, Delivery delivery) {
        return new LedgerEntry(PaymentState.SETTLED, this.fingerprint, this.validBefore, this.token, this.resumed,
                delivery, transaction, this.terms, null);
    }

    LedgerEntry unknown(String transaction) {
        return new LedgerEntry(PaymentState.UNKNOWN, this.fingerprint, this.validBefore, this.token, this.resumed,
                this.delivery, transaction.isEmpty() ? this.transaction : transaction, this.terms, Instant.MIN);
    }

    LedgerEntry leasedUntil(Instant time) {
        return new LedgerEntry(this.state, this.fingerprint, this.validBefore, this.token, this.resumed, this.delivery,
                this.transaction, this.terms, time);
    }

    LedgerEntry resume(long token) {
        return new LedgerEntry(PaymentState.RESERVED, this.fingerprint, this.validBefore, token, true, this.delivery,
                this.transaction, this.terms, null);
    }

    LedgerEntry deliver(long token) {
        return new LedgerEntry(this.state, this.fingerprint, this.validBefore, token, this.resumed, Delivery.UNDER_WAY,
                this.transaction, this.terms, null);
    }

    boolean due(Instant now) {
        return this.state == PaymentState.UNKNOWN && this.leasedUntil != null && !now.isBefore(this.leasedUntil);
    }

    UnknownPayment unknownPayment(PaymentKey key) {
        return new UnknownPayment(key, tokenText(), this.terms.scheme(), this.terms.amount(), this.terms.payTo(),
                Instant.ofEpochSecond(this.validBefore), this.transaction.isEmpty() ? null : this.transaction);
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

    boolean delivering(Reservation reservation) {
        return holds(reservation) && this.state == PaymentState.SETTLED && this.delivery == Delivery.UNDER_WAY;
    }

    private boolean holds(Reservation reservation) {
        return tokenText().equals(reservation.token());
    }

    boolean forgettable(Instant now) {
        Duration retention = (this.state == PaymentState.SETTLED) ? SETTLED_RETENTION : UNKNOWN_RETENTION;
        return this.validBefore + retention.toSeconds() < now.getEpochSecond();
    }

    /** Is what became of the answer to a settled payment. */
    enum Delivery {

        NOT_BEGUN, UNDER_WAY, LOST, DELIVERED

    }

    /** Is what was to be paid; most payments share it. */
    record Terms(String scheme, BigInteger amount, String payTo) {

        boolean areOf(PaymentClaim claim) {
            return this.scheme.equals(claim.scheme()) && this.amount.equals(claim.amount())
                    && this.payTo.equals(claim.payTo());
        }

    }

}

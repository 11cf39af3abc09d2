package io.github.x402spring.gate;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.limit.ExposureGuard.Share;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Admitted payment, which has to be ended: settled once, or released.
 *
 * @since 0.1.0
 */
public final class AdmittedPayment {

    private final Candidate candidate;

    private final AtomicBoolean ended;

    private final Share.Taken share;

    private final @Nullable Redaction redaction;

    private final @Nullable SettleResponse receipt;

    private final byte @Nullable [] response;

    private final @Nullable StoredPayment settled;

    private AdmittedPayment(Candidate candidate, AtomicBoolean ended, Share.Taken share, @Nullable Redaction redaction,
            @Nullable SettleResponse receipt, byte @Nullable [] response, @Nullable StoredPayment settled) {
        this.candidate = Objects.requireNonNull(candidate, "'candidate' must not be null");
        this.ended = ended;
        this.share = share;
        this.redaction = redaction;
        this.receipt = receipt;
        this.response = response;
        this.settled = settled;
    }

    /**
     * Admits a payment that is still to be settled.
     * @param share its share in the limits that cover it
     */
    static AdmittedPayment unsettled(Candidate candidate, @Nullable Redaction redaction, Share.Taken share) {
        return new AdmittedPayment(candidate, new AtomicBoolean(), share, redaction, null, null, null);
    }

    /**
     * Admits a payment that was settled for an earlier request, so that there is nothing
     * to settle or to release.
     * @param settled the payment as the ledger knows it
     * @param response the response that was stored, or {@code null} if the handler is to
     * run
     */
    static AdmittedPayment settledBefore(Candidate candidate, @Nullable Redaction redaction, StoredPayment settled,
            byte @Nullable [] response) {
        String transaction = Objects.requireNonNullElse(settled.transaction(), "");
        VerifiedPayment payment = candidate.payment();
        return new AdmittedPayment(candidate, new AtomicBoolean(true), Share.Taken.NOTHING, redaction,
                SettleResponse.settled(payment.payer(), transaction, payment.network()), response, settled);
    }

    /** Returns the same payment with its receipt: ending either ends both. */
    AdmittedPayment settledBy(SettleResponse receipt) {
        return new AdmittedPayment(this.candidate, this.ended, this.share, this.redaction, receipt, this.response,
                this.settled);
    }

    /**
     * Returns the evidence that is given to the application.
     * @return the payment
     */
    public VerifiedPayment payment() {
        return this.candidate.payment();
    }

    /**
     * Returns the terms that are paid under.
     * @return the offer
     */
    public Offer offer() {
        return this.candidate.offer();
    }

    /**
     * Returns the receipt of a payment that was settled before the handler ran.
     * @return the receipt, or {@code null} if the payment is still to be settled
     */
    public @Nullable SettleResponse receipt() {
        return this.receipt;
    }

    /**
     * Returns the response that was stored when the payment was settled, as the adapter
     * gave it. The handler does not run then.
     * @return the response, or {@code null} if the handler is to run
     */
    public byte @Nullable [] storedResponse() {
        return this.response;
    }

    /**
     * Tells whether the payment was settled for an earlier request, whose response is
     * delivered now.
     * @return whether it was
     */
    public boolean redelivered() {
        return this.settled != null;
    }

    /**
     * Tells whether a digest is the one that was recorded when the payment was settled.
     * @param digest the digest of a response, or {@code null} if it has none, because it
     * is not held as a whole
     * @return whether it is, or none was recorded
     */
    public boolean recorded(@Nullable String digest) {
        String recorded = (this.settled != null) ? this.settled.responseDigest() : null;
        return recorded == null || recorded.equals(digest);
    }

    /**
     * Tells whether a response of the handler may be delivered. Once a byte of a body was
     * handed over for the payment, only the response that was recorded may.
     * @param digest the digest of the response, or {@code null} if it has none
     * @return whether it may
     */
    public boolean deliverable(@Nullable String digest) {
        if (this.response != null || this.settled == null || !this.settled.bodyBegun()) {
            return true;
        }
        return digest != null && digest.equals(this.settled.responseDigest());
    }

    /**
     * Returns the limits of the response.
     * @return the redaction, or {@code null} if the whole response may leave
     */
    public @Nullable Redaction redaction() {
        return this.redaction;
    }

    /**
     * Tells whether it is certain that nothing was charged so far.
     * @return whether the payment was neither settled nor sent to be settled before
     */
    public boolean uncharged() {
        return this.receipt == null && !this.candidate.resumed();
    }

    /**
     * Tells whether the payment has to be settled before the handler's own code runs, and
     * was not yet.
     * @return whether {@link PaymentGate#settleUpfront} is to be called
     */
    public boolean settlesUpfront() {
        return this.receipt == null && attempt().endpoint().flow() == PaymentFlow.UPFRONT;
    }

    Candidate candidate() {
        return this.candidate;
    }

    PaymentAttempt attempt() {
        return this.candidate.attempt();
    }

    Reservation reservation() {
        return this.candidate.reservation();
    }

    Share.Taken share() {
        return this.share;
    }

    /** Settling and releasing may race, on a time-out for one; the first ends it. */
    boolean end() {
        return this.ended.compareAndSet(false, true);
    }

}

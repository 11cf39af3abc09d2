package io.github.x402spring.gate;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.ledger.ExposureReservation;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Is a payment that was admitted and has to be ended: settled once, or released.
 *
 * @since 0.1.0
 */
public final class AdmittedPayment {

    private final PaymentAttempt attempt;

    private final Offer offer;

    private final VerifiedPayment payment;

    private final boolean proved;

    private final Authorization authorization;

    private final PaymentClaim claim;

    private final Reservation reservation;

    private final AtomicBoolean ended;

    private final AtomicReference<@Nullable ExposureReservation> exposure;

    private final @Nullable Redaction redaction;

    private final @Nullable SettleResponse receipt;

    private final byte @Nullable [] answer;

    private final @Nullable StoredPayment settled;

    AdmittedPayment(PaymentAttempt attempt, Offer offer, Authorization authorization, PaymentClaim claim,
            boolean proved, Reservation reservation) {
        this.attempt = Objects.requireNonNull(attempt, "'attempt' must not be null");
        this.offer = Objects.requireNonNull(offer, "'offer' must not be null");
        this.payment = evidence(attempt, offer.requirements(), authorization);
        this.authorization = authorization;
        this.claim = Objects.requireNonNull(claim, "'claim' must not be null");
        this.proved = proved;
        this.reservation = Objects.requireNonNull(reservation, "'reservation' must not be null");
        this.ended = new AtomicBoolean();
        this.exposure = new AtomicReference<>();
        this.redaction = null;
        this.receipt = null;
        this.answer = null;
        this.settled = null;
    }

    /** Is the same payment as another one: whichever of them is ended, both are. */
    private AdmittedPayment(AdmittedPayment same, Reservation reservation, @Nullable Redaction redaction,
            @Nullable SettleResponse receipt, byte @Nullable [] answer, @Nullable StoredPayment settled) {
        this.attempt = same.attempt;
        this.offer = same.offer;
        this.payment = same.payment;
        this.proved = same.proved;
        this.authorization = same.authorization;
        this.claim = same.claim;
        this.reservation = reservation;
        this.ended = same.ended;
        this.exposure = same.exposure;
        this.redaction = redaction;
        this.receipt = receipt;
        this.answer = answer;
        this.settled = settled;
    }

    private static VerifiedPayment evidence(PaymentAttempt attempt, PaymentRequirements requirements,
            Authorization authorization) {
        return new VerifiedPayment(attempt.endpoint().name(), attempt.resource().url(), requirements.scheme(),
                requirements.network(), requirements.asset(), requirements.amount(), requirements.payTo(),
                authorization.payer(), authorization.validBefore());
    }

    AdmittedPayment limitedTo(@Nullable Redaction redaction) {
        return (redaction != null)
                ? new AdmittedPayment(this, this.reservation, redaction, this.receipt, this.answer, this.settled)
                : this;
    }

    /** Is settled already, so there is nothing to settle or to release. */
    AdmittedPayment settledBefore(StoredPayment settled) {
        this.ended.set(true);
        String transaction = Objects.requireNonNullElse(settled.transaction(), "");
        return new AdmittedPayment(this, this.reservation, this.redaction,
                SettleResponse.settled(this.payment.payer(), transaction, this.payment.network()), this.answer,
                settled);
    }

    AdmittedPayment takenBy(Reservation reservation) {
        return new AdmittedPayment(this, reservation, this.redaction, this.receipt, this.answer, this.settled);
    }

    AdmittedPayment settledBy(SettleResponse receipt) {
        return new AdmittedPayment(this, this.reservation, this.redaction, receipt, this.answer, this.settled);
    }

    /**
     * Returns the evidence that is given to the application.
     * @return the payment
     */
    public VerifiedPayment payment() {
        return this.payment;
    }

    /**
     * Returns the terms that are paid under.
     * @return the offer
     */
    public Offer offer() {
        return this.offer;
    }

    /**
     * Returns the receipt of a payment that was settled before the handler ran.
     * @return the receipt, or {@code null} if the payment is still to be settled
     */
    public @Nullable SettleResponse receipt() {
        return this.receipt;
    }

    /**
     * Returns the answer that was kept when the payment was settled, in the words of
     * whoever kept it. The handler does not run then.
     * @return the answer, or {@code null} if the handler is to run
     */
    public byte @Nullable [] answer() {
        return this.answer;
    }

    AdmittedPayment answeredBy(byte[] answer) {
        return new AdmittedPayment(this, this.reservation, this.redaction, this.receipt, answer, this.settled);
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
     * Whether a digest is the one that was recorded when the payment was settled.
     * @param digest the digest of a response, or {@code null} if it has none, because it
     * is not held as a whole
     * @return whether it is, or none was recorded
     */
    public boolean recorded(@Nullable String digest) {
        String recorded = (this.settled != null) ? this.settled.responseDigest() : null;
        return recorded == null || recorded.equals(digest);
    }

    /**
     * Whether a response of the handler may be delivered. Once a byte of a body was
     * handed over for the payment, only the response that was recorded may.
     * @param digest the digest of the response, or {@code null} if it has none
     * @return whether it may
     */
    public boolean deliverable(@Nullable String digest) {
        if (this.answer != null || this.settled == null || !this.settled.bodyBegun()) {
            return true;
        }
        return digest != null && digest.equals(this.settled.responseDigest());
    }

    /**
     * Returns what limits the answer.
     * @return the redaction, or {@code null} if the whole answer may leave
     */
    public @Nullable Redaction redaction() {
        return this.redaction;
    }

    /**
     * Tells whether it is certain that nothing was charged so far.
     * @return whether the payment was neither settled nor sent to be settled before
     */
    public boolean uncharged() {
        return this.receipt == null && !this.reservation.resumed();
    }

    /**
     * Tells whether the payment has to be settled before the handler's own code runs, and
     * was not yet.
     * @return whether {@link PaymentGate#settleUpfront} is to be called
     */
    public boolean settlesUpfront() {
        return this.receipt == null && this.attempt.endpoint().flow() == PaymentFlow.UPFRONT;
    }

    PaymentAttempt attempt() {
        return this.attempt;
    }

    /** Whether the signature was proved here to be the payer's. */
    boolean proved() {
        return this.proved;
    }

    /** What the payer signed. */
    Authorization authorization() {
        return this.authorization;
    }

    PaymentClaim claim() {
        return this.claim;
    }

    Reservation reservation() {
        return this.reservation;
    }

    /**
     * What the payment took from limits, if anything; whoever gives it back takes it out.
     */
    AtomicReference<@Nullable ExposureReservation> exposure() {
        return this.exposure;
    }

    /**
     * Settling and releasing may race, on a time-out for one; whoever comes first ends
     * the payment.
     */
    boolean end() {
        return this.ended.compareAndSet(false, true);
    }

}

package io.github.x402spring.gate;

import java.time.Clock;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.NoFacilitator;
import io.github.x402spring.gate.PaymentAuthorizer.Permission;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.gate.PaymentDecision.Unsettled;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Owns the order in which a payment is judged: match, screen, reserve, verify, authorize,
 * limit, then, when the handler has returned, settle. Knows neither HTTP nor Spring.
 * Thread-safe.
 * <p>
 * Whatever goes wrong on the way releases the reservation and refuses the request; once a
 * payment was sent to be settled it is never released unless it certainly failed.
 *
 * @since 0.1.0
 */
public final class PaymentGate {

    private static final Logger logger = LoggerFactory.getLogger(PaymentGate.class);

    /** An unknown payment ends by itself, at the latest when it has expired. */
    private static final long UNKNOWN_RETRY_MILLIS = 30_000;

    private final Facilitator facilitator;

    private final PaymentLedger ledger;

    private final PolicyCheck policy;

    private final Verification verification;

    private final Screener screener;

    private final Verifier verifier;

    private final PaymentIntake intake;

    private final ExposureGuard exposures;

    private final Settlement settlement;

    private final Redelivery redelivery;

    private final @Nullable KeptAnswers answers;

    /**
     * Creates a gate.
     * @param facilitator verifies and settles
     * @param ledger remembers which payment was used for which request
     * @param authorizer decides who may have what it pays for
     * @param schemes judge payments without I/O
     * @param clock the source of time
     * @param verification who proves payments
     * @param intake says whether new payments are taken
     * @param exposures says what is too much
     * @param answers keeps answers, or {@code null} if none are kept
     * @param refusals says which of the facilitator's reasons prove that nothing was
     * settled
     * @param redelivery how often and for how long handlers run again
     */
    public PaymentGate(Facilitator facilitator, PaymentLedger ledger, PaymentAuthorizer authorizer,
            List<PaymentScheme> schemes, Clock clock, Verification verification, PaymentIntake intake,
            ExposureGuard exposures, @Nullable KeptAnswers answers, RefusalReasons refusals,
            RedeliveryLimits redelivery) {
        this.facilitator = Objects.requireNonNull(facilitator, "'facilitator' must not be null");
        this.ledger = Objects.requireNonNull(ledger, "'ledger' must not be null");
        this.policy = new PolicyCheck(authorizer);
        this.verification = Objects.requireNonNull(verification, "'verification' must not be null");
        this.screener = new Screener(schemes, Objects.requireNonNull(clock, "'clock' must not be null"), verification);
        this.intake = Objects.requireNonNull(intake, "'intake' must not be null");
        this.exposures = Objects.requireNonNull(exposures, "'exposures' must not be null");
        this.verifier = new Verifier(facilitator, this.screener, intake,
                Objects.requireNonNull(refusals, "'refusals' must not be null"));
        this.settlement = new Settlement(facilitator, ledger, exposures, refusals);
        this.redelivery = new Redelivery(ledger, this.screener, this.policy, exposures, answers, redelivery, clock);
        this.answers = answers;
    }

    /**
     * Tells whether new payments are taken for an endpoint.
     * @param endpoint the endpoint's name
     * @return whether they are
     */
    public boolean accepting(String endpoint) {
        return this.intake.accepting(endpoint);
    }

    /**
     * Judges a presented payment.
     * @param attempt the payment and what it is for
     * @return the decision; an admitted payment has to be ended by {@link #settle} or
     * {@link #release}
     */
    public PaymentDecision admit(PaymentAttempt attempt) {
        if (this.facilitator instanceof NoFacilitator) {
            return new Refused(Reason.NOT_IMPLEMENTED);
        }
        Refused unknown = this.policy.refuseUnknown(attempt);
        if (unknown != null) {
            return unknown;
        }
        Offer offer = Claims.offer(attempt);
        if (offer == null) {
            return new Refused(Reason.REQUIREMENT_MISMATCH);
        }
        return switch (this.screener.screen(attempt, offer)) {
            case null -> new Refused(Reason.TEMPORARILY_UNAVAILABLE);
            case Screening.Malformed malformed -> new Refused(Reason.PAYMENT_MALFORMED);
            case Screening.Failed(ReasonCode code) ->
                this.intake.failed(attempt.exchange(), new Refused(Reason.PAYMENT_INVALID, code));
            case Screening.Expired(Authorization authorization, ReasonCode code, boolean proved) -> {
                PaymentDecision decision = expired(attempt, offer, authorization, code, proved);
                yield (decision instanceof Refused refused) ? this.intake.failed(attempt.exchange(), refused)
                        : decision;
            }
            case Screening.Passed(Authorization authorization, boolean proved) -> {
                Refused refused = this.intake.refuse(attempt, offer, authorization, this.ledger);
                yield (refused != null) ? refused : reserve(attempt, offer, authorization, proved, null);
            }
        };
    }

    /**
     * Settles an admitted payment whose response is not known yet, or is not held as a
     * whole.
     * @param admitted the payment
     * @return the outcome; {@code NotSent} if the payment was ended before
     */
    public SettlementOutcome settle(AdmittedPayment admitted) {
        return settle(admitted, null);
    }

    /**
     * Settles an admitted payment. Called when the handler has returned normally and
     * before anything is delivered.
     * @param admitted the payment
     * @param responseDigest the SHA-256 digest of status, media type and body of the
     * response, in 64 hexadecimal digits, or {@code null} if it is not held as a whole
     * @return the outcome; {@code NotSent} if the payment was ended before
     */
    public SettlementOutcome settle(AdmittedPayment admitted, @Nullable String responseDigest) {
        if (!admitted.end()) {
            return new SettlementOutcome.NotSent();
        }
        SettlementOutcome outcome = this.settlement.settle(admitted.attempt(), admitted.offer(), admitted,
                responseDigest);
        if (outcome instanceof SettlementOutcome.Refused(SettleResponse receipt)) {
            this.verifier.rejected(admitted, receipt.errorReason());
        }
        return outcome;
    }

    /**
     * Frees an admitted payment that is not to be settled. Does nothing if it was ended
     * before.
     * @param admitted the payment
     */
    public void release(AdmittedPayment admitted) {
        if (admitted.end()) {
            this.settlement.release(admitted);
        }
    }

    /**
     * Returns what keeps answers, to be told of each before its payment is settled.
     * @return the keeper, or {@code null} if none are kept
     */
    public @Nullable KeptAnswers answers() {
        return this.answers;
    }

    /**
     * Records how the delivery of the response to a settled payment ended, if no byte of
     * its body was handed to the container unless it is whole.
     * @param settled the payment
     * @param delivered whether the response was delivered
     */
    public void answered(AdmittedPayment settled, boolean delivered) {
        answered(settled, delivered, delivered);
    }

    /**
     * Records how the delivery of the response to a settled payment ended. Called once
     * for each, when it has ended; waits for nothing.
     * @param settled the payment
     * @param delivered whether the response was delivered, or cannot be delivered again
     * @param bodyBegun whether a byte of the body was handed to the container
     */
    public void answered(AdmittedPayment settled, boolean delivered, boolean bodyBegun) {
        this.redelivery.ended(settled, delivered, bodyBegun);
    }

    /**
     * What expired may have been settled before it did: only a payment nobody knows is
     * asked for anew.
     */
    private PaymentDecision expired(PaymentAttempt attempt, Offer offer, Authorization authorization, ReasonCode code,
            boolean proved) {
        PaymentState state;
        try {
            state = this.ledger.find(Claims.key(offer, authorization))
                .map(StoredPayment::state)
                .orElse(PaymentState.RELEASED);
        }
        catch (LedgerException | RuntimeException ex) {
            return ledgerDown(ex);
        }
        return switch (state) {
            case RELEASED -> new Refused(Reason.PAYMENT_EXPIRED, code);
            case RESERVED, SETTLING -> new Refused(Reason.PAYMENT_IN_FLIGHT);
            case SETTLED -> reserve(attempt, offer, authorization, proved, code);
            case UNKNOWN -> new Refused(Reason.SETTLEMENT_PENDING);
            case UNRESOLVED, USED_ELSEWHERE -> new Refused(Reason.PAYMENT_ALREADY_USED);
        };
    }

    /**
     * Binds the payment to the request.
     * @param expired why the payment is not good any more, or {@code null} if it is
     */
    private PaymentDecision reserve(PaymentAttempt attempt, Offer offer, Authorization authorization, boolean proved,
            @Nullable ReasonCode expired) {
        attempt.exchange().claimed(offer.requirements(), authorization.payer(), false);
        PaymentClaim claim;
        boolean payer = proved;
        ReserveResult result;
        try {
            claim = Claims.claim(attempt, offer, authorization);
            // What a name stands for is the payer's alone to know.
            payer = proved || (claim.identifier() != null && this.screener.proves(attempt, offer));
            result = this.ledger.reserve(claim);
        }
        catch (UnreadableRequestException ex) {
            return new Refused(ex.reason());
        }
        catch (LedgerException | RuntimeException ex) {
            return ledgerDown(ex);
        }
        return switch (result) {
            case ReserveResult.InFlight inFlight -> new Refused(Reason.PAYMENT_IN_FLIGHT);
            case ReserveResult.BoundElsewhere elsewhere -> new Refused(Reason.REQUEST_MISMATCH);
            case ReserveResult.Pending pending -> new Refused(Reason.SETTLEMENT_PENDING);
            case ReserveResult.Ended ended -> new Refused(Reason.PAYMENT_ALREADY_USED);
            case ReserveResult.TooManyUnknown tooMany ->
                new Refused(PaymentIntake.limitReached(UNKNOWN_RETRY_MILLIS), null);
            case ReserveResult.Full full -> {
                logger.warn("The payment ledger is full; payments are refused");
                yield new Refused(Reason.TEMPORARILY_UNAVAILABLE);
            }
            case ReserveResult.Settled(StoredPayment settled) ->
                this.redelivery.serve(new AdmittedPayment(attempt, offer, authorization, claim, payer,
                        new Reservation(settled.key(), Redelivery.NO_TOKEN, false)), settled);
            case ReserveResult.Reserved(Reservation reservation, StoredPayment resumed) ->
                decide(new AdmittedPayment(attempt, offer, authorization, claim, payer, reservation), expired);
        };
    }

    private PaymentDecision decide(AdmittedPayment candidate, @Nullable ReasonCode expired) {
        PaymentDecision decision = null;
        try {
            if (expired != null) {
                return new Refused(Reason.PAYMENT_EXPIRED, expired);
            }
            decision = candidate.reservation().resumed() ? resume(candidate) : verifyAndAuthorize(candidate);
            return decision;
        }
        finally {
            if (!(decision instanceof Admitted) && !(decision instanceof Unsettled)) {
                release(candidate);
            }
        }
    }

    /**
     * A payment whose settlement is unknown was verified before; since that is skipped,
     * only the payer may resume it. Whoever refuses it now, it may have been charged.
     */
    private PaymentDecision resume(AdmittedPayment candidate) {
        boolean payer = candidate.proved() || this.screener.proves(candidate.attempt(), candidate.offer());
        PaymentDecision decision = payer ? verifyAndAuthorize(candidate) : new Refused(Reason.SETTLEMENT_PENDING);
        return (decision instanceof Refused) ? new Refused(Reason.SETTLEMENT_PENDING) : decision;
    }

    private PaymentDecision verifyAndAuthorize(AdmittedPayment candidate) {
        PaymentAttempt attempt = candidate.attempt();
        boolean upfront = attempt.endpoint().flow() == PaymentFlow.UPFRONT;
        // A chain on which a resumed payment has settled would call it used.
        boolean enough = candidate.reservation().resumed()
                || (candidate.proved() && this.verification == Verification.LOCAL);
        if (!upfront && !enough) {
            Refused refused = this.verifier.verify(candidate);
            if (refused != null) {
                return refused;
            }
        }
        attempt.exchange().claimed(candidate.offer().requirements(), candidate.payment().payer(), true);
        return switch (this.policy.authorize(candidate)) {
            case null -> new Refused(Reason.TEMPORARILY_UNAVAILABLE);
            case Permission.Denied denied -> new Refused(denied.denial(), null);
            case Permission.Granted granted -> admitted(candidate.limitedTo(granted.redaction()), upfront);
        };
    }

    private PaymentDecision admitted(AdmittedPayment allowed, boolean upfront) {
        if (upfront && allowed.redaction() != null) {
            logger.error("The policy of endpoint '{}' limits an answer that would be charged before it is known to be "
                    + "limited; the payment is refused", allowed.attempt().endpoint().name());
            return new Refused(Reason.FORBIDDEN);
        }
        Denial limit = this.exposures.reserve(allowed);
        if (limit != null) {
            return new Refused(limit, null);
        }
        boolean now = upfront && !allowed.attempt().endpoint().guarded();
        return now ? settleUpfront(allowed) : new Admitted(allowed);
    }

    /**
     * Settles an admitted payment before the handler's own code runs. Called when all
     * that guards the handler has let the call through.
     * @param candidate the payment
     * @return {@code Admitted} with the receipt, or {@code Unsettled}
     */
    public PaymentDecision settleUpfront(AdmittedPayment candidate) {
        SettlementOutcome outcome = settle(candidate);
        return switch (outcome) {
            case SettlementOutcome.Settled(SettleResponse receipt) -> new Admitted(candidate.settledBy(receipt));
            case SettlementOutcome.Refused refused -> new Unsettled(refused);
            case SettlementOutcome.Unknown unknown -> new Unsettled(unknown);
            case SettlementOutcome.NotSent notSent -> new Unsettled(notSent);
        };
    }

    private static Refused ledgerDown(Exception ex) {
        logger.warn("The payment ledger is out of reach; payments are refused", ex);
        return new Refused(Reason.TEMPORARILY_UNAVAILABLE);
    }

}

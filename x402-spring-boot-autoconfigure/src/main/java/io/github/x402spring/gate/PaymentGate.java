package io.github.x402spring.gate;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.NoFacilitator;
import io.github.x402spring.gate.PaymentAuthorizer.Permission;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.gate.PaymentDecision.Unsettled;
import io.github.x402spring.gate.Recall.Recalled;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.SignedPayment;

/**
 * Owner of the order in which a payment is judged: match, screen, recall, reserve,
 * verify, authorize, limit, then, when the handler has returned, settle. Knows neither
 * HTTP nor Spring. Thread-safe.
 * <p>
 * A payment that the ledger knows is judged by the terms it was reserved with, whatever
 * the endpoint costs now. Where it fits the present terms, reserving it is the recall;
 * where it does not, the ledger is asked before it is refused. What is refused, and how,
 * is decided by {@link Verdict}.
 *
 * @since 0.1.0
 */
public final class PaymentGate {

    private static final Logger logger = LoggerFactory.getLogger(PaymentGate.class);

    /** How long the payer waits for one of its unknown payments to end. */
    private static final long UNKNOWN_RETRY_MILLIS = 30_000;

    private final OutageLog outages = new OutageLog(logger);

    private final Facilitator facilitator;

    private final PaymentLedger ledger;

    private final PolicyCheck policy;

    private final Verification verification;

    private final Screener screener;

    private final Recall recall;

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
     * @param evidence proves whether a payment was settled
     * @param redelivery how often and for how long handlers run again
     */
    public PaymentGate(Facilitator facilitator, PaymentLedger ledger, PaymentAuthorizer authorizer,
            List<PaymentScheme> schemes, Clock clock, Verification verification, PaymentIntake intake,
            ExposureGuard exposures, @Nullable KeptAnswers answers, SettlementEvidence evidence,
            RedeliveryLimits redelivery) {
        this.facilitator = Objects.requireNonNull(facilitator, "'facilitator' must not be null");
        this.ledger = Objects.requireNonNull(ledger, "'ledger' must not be null");
        this.policy = new PolicyCheck(authorizer);
        this.verification = Objects.requireNonNull(verification, "'verification' must not be null");
        this.screener = new Screener(schemes, Objects.requireNonNull(clock, "'clock' must not be null"), verification);
        this.intake = Objects.requireNonNull(intake, "'intake' must not be null");
        this.exposures = Objects.requireNonNull(exposures, "'exposures' must not be null");
        FacilitatorRefusals facilitatorRefusals = new FacilitatorRefusals();
        this.recall = new Recall(ledger, this.screener, clock, evidence);
        this.verifier = new Verifier(facilitator, this.screener, intake, evidence.refusals(), this.recall,
                facilitatorRefusals);
        this.settlement = new Settlement(facilitator, ledger, exposures, evidence, this.screener, facilitatorRefusals,
                answers, clock);
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
     * Tells whether a payment was charged that comes with a request which is refused
     * without a call of {@link #admit}. Waits for the ledger, and never throws.
     * @param payload the payment as the client sent it
     * @param offers terms with the recipients, networks and assets that payments may
     * have; what they cost does not count
     * @return whether the payment was charged; {@code UNKNOWN} if the ledger does not say
     * or must not be asked, because the payer did not certainly sign
     */
    public Charged charged(PaymentPayload payload, List<Offer> offers) {
        return this.recall.charged(payload, offers);
    }

    /**
     * Judges a presented payment.
     * @param attempt the payment and what it is for
     * @return the decision; an admitted payment has to be ended by {@link #settle} or
     * {@link #release}
     */
    public PaymentDecision admit(PaymentAttempt attempt) {
        if (this.facilitator instanceof NoFacilitator) {
            return unjudged(attempt, Reason.NOT_IMPLEMENTED);
        }
        Reason unknown = this.policy.refuseUnknown(attempt);
        if (unknown != null) {
            return unjudged(attempt, unknown);
        }
        this.intake.presented(attempt.exchange());
        Offer offer = Claims.offer(attempt);
        if (offer == null) {
            return unfit(attempt, new Knowledge.Unfit(Reason.REQUIREMENT_MISMATCH, null));
        }
        return switch (this.screener.screen(attempt, offer)) {
            case null -> refused(new Knowledge.NotSent(Reason.TEMPORARILY_UNAVAILABLE));
            case Screening.Malformed malformed -> refused(new Knowledge.Unfit(Reason.PAYMENT_MALFORMED, null));
            case Screening.Failed(ReasonCode code) -> unfit(attempt, new Knowledge.Unfit(Reason.PAYMENT_INVALID, code));
            case Screening.Expired(Authorization authorization, ReasonCode code, boolean proved) ->
                expired(attempt, offer, new SignedPayment(authorization, proved), code);
            case Screening.Passed(Authorization authorization, boolean proved) -> {
                SignedPayment signed = new SignedPayment(authorization, proved);
                Denial denial = notTaken(attempt, offer, signed);
                yield (denial != null)
                        ? recalled(attempt, this.recall.find(attempt, offer, signed), () -> new Refused(denial, null))
                        : reserve(new Presented(attempt, offer, signed), null);
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
        return settle(admitted, null, null);
    }

    /**
     * Settles an admitted payment. Called when the handler has returned normally and
     * before anything is delivered.
     * @param admitted the payment
     * @param responseDigest the SHA-256 digest of status, media type and body of the
     * response, in 64 hexadecimal digits, or {@code null} if it is not held as a whole
     * @param answer the response as the adapter stores it, or {@code null} if it is not
     * to be stored
     * @return the outcome; {@code NotSent} if the payment was ended before
     */
    public SettlementOutcome settle(AdmittedPayment admitted, @Nullable String responseDigest,
            byte @Nullable [] answer) {
        if (!admitted.end()) {
            return new SettlementOutcome.NotSent();
        }
        SettlementOutcome outcome = settleEnded(admitted, responseDigest, answer);
        if (outcome instanceof SettlementOutcome.NotSent) {
            this.intake.released(admitted);
        }
        return outcome;
    }

    private SettlementOutcome settleEnded(AdmittedPayment admitted, @Nullable String responseDigest,
            byte @Nullable [] answer) {
        SettlementOutcome outcome = this.settlement.settle(admitted, responseDigest, answer);
        switch (outcome) {
            case SettlementOutcome.Refused(SettleResponse receipt) ->
                this.verifier.rejected(admitted, receipt.errorReason());
            case SettlementOutcome.Unknown unknown -> this.verifier.unknown(admitted);
            case SettlementOutcome.Settled settled when admitted.reservation().resumed() ->
                this.intake.settled(admitted.reservation().key());
            case SettlementOutcome.Settled settled -> {
            }
            case SettlementOutcome.NotSent notSent -> {
            }
        }
        return outcome;
    }

    /**
     * Frees an admitted payment that is not to be settled, and counts it as one that was
     * released. Does nothing if it was ended before.
     * @param admitted the payment
     */
    public void release(AdmittedPayment admitted) {
        if (admitted.end()) {
            // Before another request can reserve the payment.
            this.intake.released(admitted);
            this.settlement.release(admitted);
        }
    }

    /**
     * Returns the size of the largest response that is stored.
     * @return the size in bytes; -1 if none are stored
     */
    public int maxAnswer() {
        return (this.answers != null) ? this.answers.maxSize() : -1;
    }

    /**
     * Stores the response to a settled payment, or forgets an earlier one. Does nothing
     * if another call has taken the payment since.
     * @param settled the payment
     * @param answer the response, or {@code null} if this one is not to be stored
     */
    public void keep(AdmittedPayment settled, byte @Nullable [] answer) {
        if (this.answers != null && this.redelivery.isCurrent(settled)) {
            this.answers.keep(settled, answer);
        }
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

    /** Why a payment is not taken if it is new; {@code null} if it is. */
    private @Nullable Denial notTaken(PaymentAttempt attempt, Offer offer, SignedPayment signed) {
        Denial denial = this.intake.denial(attempt, signed.authorization().payer());
        denial = (denial != null) ? denial : this.intake.releaseDenial(attempt, offer, signed.authorization());
        if (denial != null || signed.proved()) {
            return denial;
        }
        denial = this.intake.addressDenial(attempt.exchange());
        // Others behind the address may have spent its budget.
        return (denial != null && this.screener.proves(attempt, offer)) ? null : denial;
    }

    /** Nothing was found out about the payment, which may have been charged before. */
    private Refused unjudged(PaymentAttempt attempt, Reason reason) {
        return new Refused(Denial.of(reason).withCharged(charged(attempt.payload(), attempt.offers())), null);
    }

    /** A payment that fits no offer may have fitted when it was reserved. */
    private PaymentDecision unfit(PaymentAttempt attempt, Knowledge.Unfit unfit) {
        return recalled(attempt, this.recall.find(attempt),
                () -> (unfit.reason() == Reason.PAYMENT_INVALID) ? failed(attempt, null, () -> unfit) : refused(unfit));
    }

    /** Only an expired payment that was certainly never used may be replaced. */
    private PaymentDecision expired(PaymentAttempt attempt, Offer offer, SignedPayment signed, ReasonCode code) {
        return recalled(attempt, this.recall.find(attempt, offer, signed),
                () -> failed(attempt, signed.proved() ? Claims.key(offer, signed.authorization()) : null,
                        () -> this.recall.expired(offer, signed.authorization(), code)));
    }

    /** Counts a payment that failed, and looks no further where too many did. */
    private Refused failed(PaymentAttempt attempt, @Nullable PaymentKey signed, Supplier<Knowledge> known) {
        Denial denial = this.intake.failureDenial(attempt.exchange(), signed);
        if (denial != null) {
            return new Refused(denial, null);
        }
        this.intake.failed(attempt.exchange(), attempt.payload(), signed);
        return refused(known.get());
    }

    /**
     * Judges a payment that is not taken under the present terms.
     * @param otherwise gives the response if the ledger does not know the payment
     */
    private PaymentDecision recalled(PaymentAttempt attempt, Recalled recalled, Supplier<Refused> otherwise) {
        return switch (recalled) {
            case Recalled.NotKnown unknown -> otherwise.get();
            case Recalled.Judged(Knowledge known) -> refused(known);
            case Recalled.Reservable(Offer terms, SignedPayment signed, PaymentState state) ->
                reserve(new Presented(attempt, terms, signed), otherwise);
        };
    }

    /**
     * Binds the payment to the request, which is also how the ledger is asked for it.
     * @param otherwise gives the response if the payment is new to the ledger;
     * {@code null} if it may be new
     */
    private PaymentDecision reserve(Presented presented, @Nullable Supplier<Refused> otherwise) {
        PaymentAttempt attempt = presented.attempt();
        attempt.exchange().claimed(presented.offer().requirements(), presented.authorization().payer(), false);
        PaymentClaim claim;
        ReserveResult result;
        boolean payer = presented.signed().proved();
        try {
            // A proved signature is recognized by being proved again.
            String digest = payer ? null : this.screener.signatureDigest(attempt, presented.offer());
            claim = Claims.claim(attempt, presented.offer(), presented.authorization(), digest);
            // What a name stands for is the payer's alone to know.
            payer = payer || (claim.identifier() != null && this.screener.proves(attempt, presented.offer()));
            result = this.ledger.reserve(claim);
        }
        catch (UnreadableRequestException ex) {
            return unreadable(presented, ex);
        }
        catch (LedgerException | RuntimeException ex) {
            return ledgerDown(ex);
        }
        return switch (result) {
            case ReserveResult.InFlight inFlight -> refused(new Knowledge.InFlight());
            case ReserveResult.BoundElsewhere(PaymentState state) -> refused(new Knowledge.BoundElsewhere(state));
            case ReserveResult.Pending pending -> refused(new Knowledge.Unknown());
            case ReserveResult.Ended(PaymentState state) -> refused(new Knowledge.Ended(state));
            case ReserveResult.TooManyUnknown tooMany ->
                new Refused(PaymentIntake.limitReached(UNKNOWN_RETRY_MILLIS), null);
            case ReserveResult.Full full -> {
                this.outages.warn("Payments are refused", "the payment ledger is full");
                yield refused(new Knowledge.NotSent(Reason.TEMPORARILY_UNAVAILABLE));
            }
            case ReserveResult.Settled(StoredPayment settled) -> this.redelivery.serve(presented.claimant(claim, payer)
                .admitted(new Reservation(settled.key(), Redelivery.NO_TOKEN, false)), settled);
            case ReserveResult.Reserved(Reservation reservation, StoredPayment resumed) ->
                reserved(presented.claimant(claim, payer), reservation, resumed, otherwise);
        };
    }

    private PaymentDecision reserved(Claimant claimant, Reservation reservation, @Nullable StoredPayment resumed,
            @Nullable Supplier<Refused> otherwise) {
        if (!reservation.resumed()) {
            return decide(claimant.admitted(reservation), (otherwise != null) ? otherwise.get() : null);
        }
        Offer terms = (resumed != null) ? Recall.terms(resumed, claimant.attempt().offers()) : claimant.offer();
        if (terms == null || resumed == null) {
            return decide(claimant.admitted(reservation), (terms != null) ? null : refused(new Knowledge.Unknown()));
        }
        Claimant known = claimant.under(terms);
        boolean recognized = this.screener.recognizes(claimant.attempt(), terms, resumed);
        return decide((recognized ? known.recognized() : known).admitted(reservation), null);
    }

    /** What cannot be bound may be known all the same. */
    private PaymentDecision unreadable(Presented presented, UnreadableRequestException ex) {
        return switch (this.recall.find(presented.attempt(), presented.offer(), presented.signed())) {
            case Recalled.NotKnown unknown -> new Refused(ex.reason());
            case Recalled.Judged(Knowledge known) -> refused(known);
            case Recalled.Reservable(Offer terms, SignedPayment signed, PaymentState state) ->
                new Refused(Denial.of(ex.reason()).withCharged(Verdict.charged(state)), null);
        };
    }

    /**
     * Decides about a reserved payment, and releases it unless it is admitted.
     * @param otherwise the response if the payment is not to be used, or {@code null}
     */
    private PaymentDecision decide(AdmittedPayment candidate, @Nullable Refused otherwise) {
        PaymentDecision decision = null;
        try {
            if (otherwise != null) {
                return otherwise;
            }
            decision = candidate.reservation().resumed() ? resume(candidate) : verifyAndAuthorize(candidate);
            return decision;
        }
        finally {
            if (!(decision instanceof Admitted) && candidate.end()) {
                this.settlement.release(candidate);
            }
        }
    }

    /**
     * A payment whose settlement is unknown was verified before; since that is skipped,
     * only the payer may resume it. Whoever refuses it now, it may have been charged.
     */
    private PaymentDecision resume(AdmittedPayment candidate) {
        boolean payer = candidate.proved() || this.screener.proves(candidate.attempt(), candidate.offer());
        boolean runs = payer && !this.intake.releasedTooOften(candidate.reservation().key());
        PaymentDecision decision = runs ? verifyAndAuthorize(candidate) : refused(new Knowledge.Unknown());
        return (decision instanceof Refused) ? refused(new Knowledge.Undecided()) : decision;
    }

    private PaymentDecision verifyAndAuthorize(AdmittedPayment candidate) {
        PaymentAttempt attempt = candidate.attempt();
        boolean upfront = attempt.endpoint().flow() == PaymentFlow.UPFRONT;
        // A chain on which a resumed payment has settled would call it used.
        boolean enough = candidate.reservation().resumed()
                || (candidate.proved() && this.verification == Verification.LOCAL);
        if (!enough && !(upfront && candidate.proved())) {
            PaymentDecision refused = verify(candidate);
            if (refused != null) {
                return refused;
            }
        }
        else if (!upfront) {
            // The handler would run in vain.
            Knowledge known = this.verifier.notAsked();
            if (known != null) {
                return refused(known);
            }
        }
        attempt.exchange().claimed(candidate.offer().requirements(), candidate.payment().payer(), true);
        return switch (this.policy.authorize(candidate)) {
            case null -> new Refused(Reason.TEMPORARILY_UNAVAILABLE);
            case Permission.Denied denied -> {
                this.intake.released(candidate);
                yield new Refused(denied.denial(), null);
            }
            case Permission.Granted granted -> admitted(candidate.limitedTo(granted.redaction()), upfront);
        };
    }

    /** A signature that nobody proved is asked about while its address may fail. */
    private @Nullable PaymentDecision verify(AdmittedPayment candidate) {
        if (candidate.proved()) {
            return judged(candidate, this.verifier.verify(candidate));
        }
        PaymentIntake.Question question = this.intake.ask(candidate.attempt().exchange());
        if (question.denial() != null) {
            // What a key signed may be proved here, although others behind the address
            // spent its budget.
            boolean signed = this.screener.proves(candidate.attempt(), candidate.offer());
            return signed ? judged(candidate, this.verifier.verify(candidate)) : new Refused(question.denial(), null);
        }
        boolean rejected = false;
        try {
            Knowledge known = this.verifier.verify(candidate);
            rejected = known != null && !(known instanceof Knowledge.NotSent);
            return judged(candidate, known);
        }
        finally {
            if (!rejected) {
                this.intake.answered(question);
            }
        }
    }

    /** Refuses a payment that the facilitator does not find valid. */
    private @Nullable Refused judged(AdmittedPayment candidate, @Nullable Knowledge known) {
        if (known == null) {
            return null;
        }
        Verdict verdict = Verdict.of(known);
        if (verdict.entry() == Verdict.Entry.USED_ELSEWHERE && this.verifier.signedByPayer(candidate)
                && candidate.end()) {
            this.settlement.usedElsewhere(candidate);
        }
        return verdict.refused();
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
        return new Admitted(allowed);
    }

    /**
     * Settles an admitted payment before the handler's own code runs. Called when all
     * that guards the handler has let the call through.
     * @param candidate the payment
     * @return {@code Admitted} with the receipt, or {@code Unsettled}
     */
    public PaymentDecision settleUpfront(AdmittedPayment candidate) {
        SettlementOutcome outcome = candidate.end() ? settleEnded(candidate, null, null)
                : new SettlementOutcome.NotSent();
        return switch (outcome) {
            case SettlementOutcome.Settled(SettleResponse receipt) -> new Admitted(candidate.settledBy(receipt));
            case SettlementOutcome.Refused refused -> new Unsettled(refused);
            case SettlementOutcome.Unknown unknown -> new Unsettled(unknown);
            case SettlementOutcome.NotSent notSent -> new Unsettled(notSent);
        };
    }

    private Refused ledgerDown(Exception ex) {
        this.outages.warn("The payment ledger is out of reach; payments are refused", ex);
        return refused(new Knowledge.LedgerUnavailable());
    }

    private static Refused refused(Knowledge known) {
        return Verdict.of(known).refused();
    }

    private record Presented(PaymentAttempt attempt, Offer offer, SignedPayment signed) {

        Authorization authorization() {
            return this.signed.authorization();
        }

        Claimant claimant(PaymentClaim claim, boolean proved) {
            return new Claimant(this.attempt, this.offer, authorization(), claim, proved);
        }

    }

    private record Claimant(PaymentAttempt attempt, Offer offer, Authorization authorization, PaymentClaim claim,
            boolean proved) {

        Claimant recognized() {
            return new Claimant(this.attempt, this.offer, this.authorization, this.claim, true);
        }

        Claimant under(Offer terms) {
            return new Claimant(this.attempt, terms, this.authorization, this.claim, this.proved);
        }

        AdmittedPayment admitted(Reservation reservation) {
            return new AdmittedPayment(this.attempt, this.offer, this.authorization, this.claim, this.proved,
                    reservation);
        }

    }

}

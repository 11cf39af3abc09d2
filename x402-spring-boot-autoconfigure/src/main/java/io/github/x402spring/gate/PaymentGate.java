package io.github.x402spring.gate;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Kind;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.gate.PaymentDecision.Unsettled;
import io.github.x402spring.gate.Recall.Recalled;
import io.github.x402spring.gate.Screener.Result.Judged;
import io.github.x402spring.gate.Screener.Result.SchemeFailed;
import io.github.x402spring.gate.Verdict.Entry;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.ExposureGuard.Share;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.limit.OutageLog;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.reconcile.SettlementListener;
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

    /** Time that a payer waits for one of its unknown payments to end. */
    private static final int UNKNOWN_RETRY_SECONDS = 30;

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

    private final @Nullable StoredResponses responses;

    private final Supplier<ExchangeListener> listener;

    private PaymentGate(Builder builder) {
        this.listener = builder.listener;
        this.facilitator = builder.facilitator;
        this.ledger = builder.ledger;
        this.policy = new PolicyCheck(builder.authorizer);
        this.verification = builder.verification;
        this.screener = new Screener(builder.schemes, builder.clock, builder.verification);
        this.intake = (builder.intake != null) ? builder.intake
                : new PaymentIntake(true, FailureLimits.NONE, builder.clock);
        this.exposures = builder.exposures;
        this.responses = builder.responses;
        SettlementEvidence evidence = new SettlementEvidence(builder.refusals, builder.inquiry, builder.tokens,
                builder.settlementListener);
        FacilitatorRefusals facilitatorRefusals = new FacilitatorRefusals();
        this.recall = new Recall(this.ledger, this.screener, builder.clock, evidence);
        this.verifier = new Verifier(this.facilitator, this.screener, this.intake, builder.refusals, this.recall,
                facilitatorRefusals);
        this.settlement = new Settlement(this.facilitator, this.ledger, this.exposures, evidence, this.screener,
                facilitatorRefusals, this.responses, builder.clock);
        this.redelivery = new Redelivery(this.ledger, this.screener, this.policy, this.exposures, this.responses,
                builder.redelivery, builder.clock);
    }

    /**
     * Returns a builder of a gate.
     * @param facilitator verifies and settles
     * @param ledger stores which payment was used for which request
     * @param authorizer decides who may have what it pays for
     * @return the builder
     */
    public static Builder builder(Facilitator facilitator, PaymentLedger ledger, PaymentAuthorizer authorizer) {
        return new Builder(facilitator, ledger, authorizer);
    }

    /**
     * Returns the declaration of the extension {@code payment-identifier}, which the gate
     * reads in payments.
     * @return the declaration, for the terms of all endpoints
     */
    public static ChallengeExtensions paymentIdentifier() {
        return new PaymentIdentifierExtension();
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
     * @param all whether these are the terms of all endpoints that there may be
     * @return whether the payment was charged; {@code UNKNOWN} if the ledger does not say
     * or must not be asked, because the payer did not certainly sign, or because the
     * payment fits none of the terms and others are possible
     */
    public Charged charged(PaymentPayload payload, List<Offer> offers, boolean all) {
        return this.recall.charged(payload, offers, all);
    }

    /**
     * Begins the record of a request for a paid endpoint.
     * @param start gives what is known of it; not asked where there is no listener
     * @return the record
     */
    public ExchangeTrack begin(Supplier<ExchangeStart> start) {
        ExchangeListener listener = this.listener.get();
        return listener.listens() ? ExchangeTrack.begin(listener, start.get()) : ExchangeTrack.UNOBSERVED;
    }

    /**
     * Tells whether the bytes that leave are to be counted.
     * @return whether there is a listener at present
     */
    public boolean counts() {
        return this.listener.get().listens();
    }

    /**
     * Tells whether a digest of what leaves is to be computed.
     * @return whether a listener wants it
     */
    public boolean digests() {
        return this.listener.get().digests();
    }

    /**
     * Judges a presented payment, in the order that each step of it depends on: what
     * costs little comes first, the ledger before the facilitator, the policy after the
     * payment was verified, limits last.
     * @param attempt the payment and what it is for
     * @return the decision; an admitted payment has to be ended by {@link #settle} or
     * {@link #release}
     */
    public PaymentDecision admit(PaymentAttempt attempt) {
        Reason unasked = (this.facilitator.kind() == Kind.NONE) ? Reason.NOT_IMPLEMENTED
                : this.policy.refuseUnknown(attempt);
        if (unasked != null) {
            return unjudged(attempt, unasked);
        }
        this.intake.presented(attempt.exchange());

        // Match and screen: why the payment is not taken if it is new.
        Presented presented;
        Supplier<Refused> objection = null;
        switch (screen(attempt)) {
            case Screened.Fit(Presented fit) -> presented = fit;
            case Screened.Unfit(Recalled recalled, Supplier<Refused> refusal) -> {
                // Recall: one that the ledger knows is judged by the terms it was
                // reserved with.
                switch (recalled) {
                    case Recalled.NotKnown unknown -> {
                        return refusal.get();
                    }
                    case Recalled.Judged(Knowledge known) -> {
                        return refused(known);
                    }
                    case Recalled.Reservable(Offer terms, SignedPayment signed, PaymentState state) -> {
                        presented = new Presented(attempt, terms, signed);
                        objection = refusal;
                    }
                }
            }
        }

        // Reserve: binds the payment to the request.
        Candidate candidate;
        switch (reserve(presented)) {
            case Bound.Decided(PaymentDecision decision) -> {
                return decision;
            }
            case Bound.Reserved(Candidate reserved) -> candidate = reserved;
        }
        Entry entry = Entry.RELEASED;
        try {
            if (candidate.resumed()) {
                objection = mayResume(candidate) ? null : () -> refused(new Knowledge.Unknown());
            }
            if (objection != null) {
                return refused(candidate, objection.get());
            }

            // Verify: asks whether it would settle.
            Knowledge known = verify(candidate);
            if (known != null) {
                Verdict verdict = Verdict.of(known);
                entry = verdict.entry();
                return refused(candidate, verdict.refused());
            }
            attempt.track().claimed(candidate.offer().requirements(), candidate.payment().payer(), true);

            // Authorize: a payment grants nothing by itself.
            Redaction redaction;
            switch (this.policy.authorize(candidate)) {
                case Permission.Failed failed -> {
                    return refused(candidate, new Refused(Reason.TEMPORARILY_UNAVAILABLE));
                }
                case Permission.Denied denied -> {
                    released(candidate);
                    return refused(candidate, new Refused(denied.denial(), null));
                }
                case Permission.Granted granted -> redaction = granted.redaction();
            }
            if (redaction != null && attempt.endpoint().flow() == PaymentFlow.UPFRONT) {
                logger.error("The policy of endpoint '{}' limits a response that would be charged before it is known "
                        + "to be limited; the payment is refused", attempt.endpoint().name());
                return refused(candidate, new Refused(Reason.FORBIDDEN));
            }

            // Limit.
            return switch (this.exposures.reserve(attempt.endpoint(), attempt.exchange(), candidate.claim(),
                    candidate.resumed())) {
                case Share.None(Denial denial) -> refused(candidate, new Refused(denial, null));
                case Share.Taken taken -> {
                    entry = Entry.UNTOUCHED;
                    yield admitted(AdmittedPayment.unsettled(candidate, redaction, taken));
                }
            };
        }
        finally {
            leave(candidate, entry);
        }
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
     * @param response the response as the adapter stores it, or {@code null} if it is not
     * to be stored
     * @return the outcome; {@code NotSent} if the payment was ended before
     */
    public SettlementOutcome settle(AdmittedPayment admitted, @Nullable String responseDigest,
            byte @Nullable [] response) {
        if (!admitted.end()) {
            return new SettlementOutcome.NotSent();
        }
        SettlementOutcome outcome = settleEnded(admitted, responseDigest, response);
        if (outcome instanceof SettlementOutcome.NotSent) {
            released(admitted.candidate());
        }
        return outcome;
    }

    private SettlementOutcome settleEnded(AdmittedPayment admitted, @Nullable String responseDigest,
            byte @Nullable [] response) {
        SettlementOutcome outcome = this.settlement.settle(admitted, responseDigest, response);
        switch (outcome) {
            case SettlementOutcome.Refused(SettleResponse receipt) ->
                this.verifier.rejected(admitted.candidate(), receipt.errorReason());
            case SettlementOutcome.Unknown unknown -> this.verifier.unknown(admitted.candidate());
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
     * Releases an admitted payment that is not to be settled, and counts it. Does nothing
     * if it was ended before.
     * @param admitted the payment
     */
    public void release(AdmittedPayment admitted) {
        if (admitted.end()) {
            try {
                // Before another request can reserve the payment.
                released(admitted.candidate());
            }
            finally {
                this.settlement.release(admitted);
            }
        }
    }

    private void released(Candidate candidate) {
        this.intake.released(candidate.attempt().exchange(), candidate.key());
    }

    /**
     * Returns the size of the largest response that is stored.
     * @return the size in bytes; -1 if none are stored
     */
    public int maxStoredResponse() {
        return (this.responses != null) ? this.responses.maxSize() : -1;
    }

    /**
     * Stores the response to a settled payment, or forgets an earlier one. Does nothing
     * if another call has taken the payment since.
     * @param settled the payment
     * @param response the response, or {@code null} if this one is not to be stored
     */
    public void storeResponse(AdmittedPayment settled, byte @Nullable [] response) {
        if (this.responses != null && this.redelivery.isCurrent(settled)) {
            this.responses.store(settled, response);
        }
    }

    /**
     * Ends an admitted payment whose stored response cannot be given where it was asked
     * for.
     * @param repeated the payment, which has a stored response
     */
    public void withhold(AdmittedPayment repeated) {
        deliveryEnded(repeated, false);
        repeated.attempt().track().withheld();
    }

    /**
     * Records how the delivery of the response to a settled payment ended, if no byte of
     * its body was handed to the container unless it is whole.
     * @param settled the payment
     * @param delivered whether the response was delivered
     */
    public void deliveryEnded(AdmittedPayment settled, boolean delivered) {
        deliveryEnded(settled, delivered, delivered);
    }

    /**
     * Records how the delivery of the response to a settled payment ended. Called once
     * for each, when it has ended; waits for nothing.
     * @param settled the payment
     * @param delivered whether the response was delivered, or cannot be delivered again
     * @param bodyBegun whether a byte of the body was handed to the container
     */
    public void deliveryEnded(AdmittedPayment settled, boolean delivered, boolean bodyBegun) {
        this.redelivery.ended(settled, delivered, bodyBegun);
    }

    /** Refuses a payment that is not judged; it may have been charged before. */
    private Refused unjudged(PaymentAttempt attempt, Reason reason) {
        return new Refused(Denial.of(reason).withCharged(charged(attempt.payload(), attempt.offers(), true)), null);
    }

    /** Screens the payment, and finds out why it is not taken if it is new. */
    private Screened screen(PaymentAttempt attempt) {
        Offer offer = Claims.offer(attempt);
        if (offer == null) {
            return unfit(attempt, new Knowledge.Unfit(Reason.REQUIREMENT_MISMATCH, null));
        }
        return switch (this.screener.screen(attempt, offer)) {
            case SchemeFailed failed ->
                new Screened.Unfit(new Recalled.NotKnown(), () -> unjudged(attempt, Reason.TEMPORARILY_UNAVAILABLE));
            case Judged(Screening.Malformed malformed) -> new Screened.Unfit(new Recalled.NotKnown(),
                    () -> refused(new Knowledge.Unfit(Reason.PAYMENT_MALFORMED, null)));
            case Judged(Screening.Failed(ReasonCode code)) ->
                unfit(attempt, new Knowledge.Unfit(Reason.PAYMENT_INVALID, code));
            case Judged(Screening.Expired(Authorization authorization, ReasonCode code, boolean proved)) ->
                expired(attempt, offer, new SignedPayment(authorization, proved), code);
            case Judged(Screening.Passed(Authorization authorization, boolean proved)) -> {
                SignedPayment signed = new SignedPayment(authorization, proved);
                Denial denial = notTaken(attempt, offer, signed);
                yield (denial == null) ? new Screened.Fit(new Presented(attempt, offer, signed))
                        : new Screened.Unfit(this.recall.find(attempt, offer, signed), () -> new Refused(denial, null));
            }
        };
    }

    /** Looks up a payment that fits no offer now; it may have when it was reserved. */
    private Screened unfit(PaymentAttempt attempt, Knowledge.Unfit unfit) {
        return new Screened.Unfit(this.recall.find(attempt),
                () -> (unfit.reason() == Reason.PAYMENT_INVALID) ? failed(attempt, null, () -> unfit) : refused(unfit));
    }

    /** Only an expired payment that was certainly never used may be replaced. */
    private Screened expired(PaymentAttempt attempt, Offer offer, SignedPayment signed, ReasonCode code) {
        return new Screened.Unfit(this.recall.find(attempt, offer, signed),
                () -> failed(attempt, signed.proved() ? Claims.key(offer, signed.authorization()) : null,
                        () -> this.recall.expired(offer, signed.authorization(), code)));
    }

    /** Why a payment is not taken if it is new; {@code null} if it is. */
    private @Nullable Denial notTaken(PaymentAttempt attempt, Offer offer, SignedPayment signed) {
        Denial denial = this.intake.denial(attempt.endpoint().name(), attempt.exchange(),
                Claims.key(offer, signed.authorization()));
        if (denial != null || signed.proved()) {
            return denial;
        }
        denial = this.intake.addressDenial(attempt.exchange());
        // Others behind the address may have spent its budget.
        return (denial != null && this.screener.proves(attempt, offer)) ? null : denial;
    }

    /** Counts a payment that failed, and looks no further where too many did. */
    private Refused failed(PaymentAttempt attempt, @Nullable PaymentKey signed, Supplier<Knowledge> known) {
        Denial denial = this.intake.failed(attempt.exchange(), attempt.payload(), signed);
        return (denial != null) ? new Refused(denial, null) : refused(known.get());
    }

    /** Binds the payment to the request, which is also how the ledger is asked for it. */
    private Bound reserve(Presented presented) {
        PaymentAttempt attempt = presented.attempt();
        Offer offer = presented.offer();
        attempt.track().claimed(offer.requirements(), presented.authorization().payer(), false);
        PaymentClaim claim;
        ReserveResult result;
        boolean payer = presented.signed().proved();
        try {
            // A proved signature is recognized by being proved again.
            String digest = payer ? null : this.screener.signatureDigest(attempt, offer);
            claim = Claims.claim(attempt, offer, presented.authorization(), digest);
            // Only the payer may learn what its identifier stands for.
            payer = payer || (claim.identifier() != null && this.screener.proves(attempt, offer));
            result = this.ledger.reserve(claim);
        }
        catch (UnreadableRequestException ex) {
            return new Bound.Decided(unreadable(presented, ex));
        }
        catch (RuntimeException ex) {
            this.outages.warn("Payment ledger unavailable; payments are refused", ex);
            return Bound.refused(new Knowledge.LedgerUnavailable());
        }
        return switch (result) {
            case ReserveResult.InFlight inFlight -> Bound.refused(new Knowledge.InFlight());
            case ReserveResult.BoundElsewhere(PaymentState state) -> Bound.refused(new Knowledge.BoundElsewhere(state));
            case ReserveResult.Pending pending -> Bound.refused(new Knowledge.Unknown());
            case ReserveResult.Ended(PaymentState state) -> Bound.refused(new Knowledge.Ended(state));
            case ReserveResult.TooManyUnknown tooMany ->
                new Bound.Decided(new Refused(new Denial(Reason.LIMIT_REACHED, Map.of(), UNKNOWN_RETRY_SECONDS), null));
            case ReserveResult.Full full -> {
                this.outages.warn("Payments are refused", "the payment ledger is full");
                yield Bound.refused(new Knowledge.NotSent(Reason.TEMPORARILY_UNAVAILABLE));
            }
            case ReserveResult.Settled(StoredPayment settled) -> {
                Candidate candidate = Candidate.of(attempt, offer, presented.authorization(), claim, payer,
                        new Reservation(settled.key(), Redelivery.NO_TOKEN, false));
                yield new Bound.Decided(heard(this.redelivery.serve(candidate, settled)));
            }
            case ReserveResult.Reserved(Reservation reservation, StoredPayment resumed) ->
                reserved(presented, claim, payer, reservation, resumed);
        };
    }

    /**
     * A resumed payment is judged by the terms that the ledger stored, if it stored them.
     */
    private Bound reserved(Presented presented, PaymentClaim claim, boolean payer, Reservation reservation,
            @Nullable StoredPayment resumed) {
        PaymentAttempt attempt = presented.attempt();
        Candidate candidate = Candidate.of(attempt, presented.offer(), presented.authorization(), claim, payer,
                reservation);
        if (!reservation.resumed() || resumed == null) {
            return new Bound.Reserved(candidate);
        }
        Offer terms = Recall.terms(resumed, attempt.offers());
        if (terms == null) {
            this.settlement.release(candidate);
            return Bound.refused(new Knowledge.Unknown());
        }
        return new Bound.Reserved(Candidate.of(attempt, terms, presented.authorization(), claim,
                payer || this.screener.recognizes(attempt, terms, resumed), reservation));
    }

    /** A payment that cannot be bound may be known. */
    private Refused unreadable(Presented presented, UnreadableRequestException ex) {
        return switch (this.recall.find(presented.attempt(), presented.offer(), presented.signed())) {
            case Recalled.NotKnown unknown -> new Refused(ex.reason());
            case Recalled.Judged(Knowledge known) -> refused(known);
            case Recalled.Reservable(Offer terms, SignedPayment signed, PaymentState state) ->
                new Refused(Denial.of(ex.reason()).withCharged(Verdict.charged(state)), null);
        };
    }

    /**
     * Tells whether a payment whose settlement is unknown may go on. It was verified
     * before; since that is skipped, only the payer may resume it.
     */
    private boolean mayResume(Candidate candidate) {
        boolean payer = candidate.proved() || this.screener.proves(candidate.attempt(), candidate.offer());
        return payer && !this.intake.releasedTooOften(candidate.key());
    }

    /** Asks about a payment; {@code null} if it would settle, or is not asked about. */
    private @Nullable Knowledge verify(Candidate candidate) {
        boolean upfront = candidate.attempt().endpoint().flow() == PaymentFlow.UPFRONT;
        // A chain on which a resumed payment has settled would call it used.
        boolean enough = candidate.resumed() || (candidate.proved() && this.verification == Verification.LOCAL);
        if (enough || (upfront && candidate.proved())) {
            // The handler would run in vain.
            return upfront ? null : this.verifier.notAsked();
        }
        if (candidate.proved()) {
            return this.verifier.verify(candidate);
        }
        // A signature that is not proved is asked about while its address may fail.
        PaymentIntake.Question question = this.intake.ask(candidate.attempt().exchange());
        if (question.denial() != null) {
            // What a key signed may be proved here, although others behind the address
            // spent its budget.
            return this.screener.proves(candidate.attempt(), candidate.offer()) ? this.verifier.verify(candidate)
                    : new Knowledge.NotAsked(question.denial());
        }
        boolean rejected = false;
        try {
            Knowledge known = this.verifier.verify(candidate);
            rejected = known != null && !(known instanceof Knowledge.NotSent);
            return known;
        }
        finally {
            if (!rejected) {
                this.intake.replied(question);
            }
        }
    }

    /** A payment that was sent before may have been charged, whatever refuses it now. */
    private static Refused refused(Candidate candidate, Refused why) {
        return candidate.resumed() ? refused(new Knowledge.Undecided()) : why;
    }

    /** Ends the reservation of a payment that is not admitted. */
    private void leave(Candidate candidate, Entry entry) {
        switch (entry) {
            case UNTOUCHED -> {
            }
            case RELEASED, UNKNOWN -> this.settlement.release(candidate);
            case USED_ELSEWHERE -> {
                if (this.verifier.signedByPayer(candidate)) {
                    this.settlement.usedElsewhere(candidate);
                }
                else {
                    this.settlement.release(candidate);
                }
            }
        }
    }

    private static PaymentDecision heard(PaymentDecision decision) {
        return (decision instanceof Admitted(AdmittedPayment admitted)) ? admitted(admitted) : decision;
    }

    private static Admitted admitted(AdmittedPayment payment) {
        payment.attempt().track().admitted(payment);
        return new Admitted(payment);
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
        return (outcome instanceof SettlementOutcome.Settled(SettleResponse receipt))
                ? admitted(candidate.settledBy(receipt)) : new Unsettled(outcome);
    }

    private static Refused refused(Knowledge known) {
        return Verdict.of(known).refused();
    }

    /** Payment as it was presented, and what its payer signed. */
    private record Presented(PaymentAttempt attempt, Offer offer, SignedPayment signed) {

        Authorization authorization() {
            return this.signed.authorization();
        }

    }

    /** Payment that was screened. */
    private sealed interface Screened {

        /** It is taken, be it new or not. */
        record Fit(Presented presented) implements Screened {
        }

        /** It is not taken if it is new: the refusal says why. */
        record Unfit(Recalled recalled, Supplier<Refused> refusal) implements Screened {
        }

    }

    /** Payment that was to be bound to its request. */
    private sealed interface Bound {

        static Bound refused(Knowledge known) {
            return new Decided(PaymentGate.refused(known));
        }

        /** It is bound, and not decided yet. */
        record Reserved(Candidate candidate) implements Bound {
        }

        /** It is decided by what the ledger knows. */
        record Decided(PaymentDecision decision) implements Bound {
        }

    }

    /**
     * Builder of a {@link PaymentGate}. Not thread-safe.
     */
    public static final class Builder {

        /** The most runs that every ledger counts exactly. */
        public static final int MAX_REDELIVERIES = RedeliveryLimits.MOST_RUNS;

        private final Facilitator facilitator;

        private final PaymentLedger ledger;

        private final PaymentAuthorizer authorizer;

        private List<PaymentScheme> schemes = List.of();

        private Clock clock = Clock.systemUTC();

        private Verification verification = Verification.BOTH;

        private @Nullable PaymentIntake intake;

        private ExposureGuard exposures = ExposureGuard.none();

        private @Nullable StoredResponses responses;

        private RefusalReasons refusals = RefusalReasons.standard();

        private @Nullable SettlementInquiry inquiry;

        private AssetRegistry tokens = new AssetRegistry(List.of());

        private SettlementListener settlementListener = (key, transaction) -> {
        };

        private RedeliveryLimits redelivery = RedeliveryLimits.DEFAULT;

        private Supplier<ExchangeListener> listener = () -> ExchangeListener.of(List.of());

        private Builder(Facilitator facilitator, PaymentLedger ledger, PaymentAuthorizer authorizer) {
            this.facilitator = Objects.requireNonNull(facilitator, "'facilitator' must not be null");
            this.ledger = Objects.requireNonNull(ledger, "'ledger' must not be null");
            this.authorizer = Objects.requireNonNull(authorizer, "'authorizer' must not be null");
        }

        /**
         * Sets the schemes, which judge payments without I/O.
         * @param schemes the schemes; none by default
         * @return this builder
         */
        public Builder schemes(List<PaymentScheme> schemes) {
            this.schemes = Objects.requireNonNull(schemes, "'schemes' must not be null");
            return this;
        }

        /**
         * Sets the source of time.
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
            return this;
        }

        /**
         * Sets who proves payments before the handler runs.
         * @param verification who proves them; both by default
         * @return this builder
         */
        public Builder verification(Verification verification) {
            this.verification = Objects.requireNonNull(verification, "'verification' must not be null");
            return this;
        }

        /**
         * Sets the intake, which decides whether new payments are taken.
         * @param intake the intake; one without limits by default
         * @return this builder
         */
        public Builder intake(PaymentIntake intake) {
            this.intake = Objects.requireNonNull(intake, "'intake' must not be null");
            return this;
        }

        /**
         * Sets the limits on what is spent.
         * @param exposures the limits; none by default
         * @return this builder
         */
        public Builder exposures(ExposureGuard exposures) {
            this.exposures = Objects.requireNonNull(exposures, "'exposures' must not be null");
            return this;
        }

        /**
         * Sets where responses that were paid for are stored.
         * @param responses the stored responses; {@code null}, as by default, to store
         * none
         * @return this builder
         */
        public Builder storedResponses(@Nullable StoredResponses responses) {
            this.responses = responses;
            return this;
        }

        /**
         * Sets which of the facilitator's reasons prove that nothing was settled.
         * @param refusals the reasons; those of the protocol by default
         * @return this builder
         */
        public Builder refusals(RefusalReasons refusals) {
            this.refusals = Objects.requireNonNull(refusals, "'refusals' must not be null");
            return this;
        }

        /**
         * Sets what reads the chain.
         * @param inquiry the inquiry; {@code null}, as by default, if nothing can
         * @return this builder
         */
        public Builder inquiry(@Nullable SettlementInquiry inquiry) {
            this.inquiry = inquiry;
            return this;
        }

        /**
         * Sets the tokens in which payments may have been made before.
         * @param tokens the tokens; the presets by default
         * @return this builder
         */
        public Builder tokens(AssetRegistry tokens) {
            this.tokens = Objects.requireNonNull(tokens, "'tokens' must not be null");
            return this;
        }

        /**
         * Sets the listener that is notified of payments that the facilitator's reply
         * settled.
         * @param listener the listener; none by default
         * @return this builder
         */
        public Builder settlementListener(SettlementListener listener) {
            this.settlementListener = Objects.requireNonNull(listener, "'listener' must not be null");
            return this;
        }

        /**
         * Sets the listener that is notified of every exchange.
         * @param listener supplies the listener when there is an exchange, as listeners
         * may depend on the gate; supplies the same each time
         * @return this builder
         */
        public Builder exchangeListener(Supplier<ExchangeListener> listener) {
            this.listener = Objects.requireNonNull(listener, "'listener' must not be null");
            return this;
        }

        /**
         * Sets how often, and for how long, a handler runs again for a payment that was
         * settled, after the first delivery was begun.
         * @param maxRuns the number of runs, up to {@value #MAX_REDELIVERIES}; two by
         * default
         * @param window the time, counted from the time at which the payer's
         * authorization expires or the settlement became known, whichever is later; ten
         * minutes by default
         * @return this builder
         */
        public Builder redelivery(int maxRuns, Duration window) {
            this.redelivery = new RedeliveryLimits(maxRuns, window);
            return this;
        }

        /**
         * Builds the gate.
         * @return the gate
         */
        public PaymentGate build() {
            return new PaymentGate(this);
        }

    }

}

package io.github.x402spring.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.limit.OutageLog;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.SignedPayment;

/**
 * Look-up of a payment that is not reserved under the present terms: in the ledger, and,
 * where the ledger may have removed it, on the chain.
 */
final class Recall {

    private static final Logger logger = LoggerFactory.getLogger(Recall.class);

    /** In seconds. Keeps sums within {@code Instant}, whatever is configured. */
    private static final long CENTURY = 3_155_760_000L;

    /**
     * Number of refused requests that may ask the ledger at a time: their callers are
     * strangers.
     */
    private static final int MAX_UNJUDGED = 8;

    private final OutageLog outages = new OutageLog(logger);

    private final PaymentLedger ledger;

    private final Screener screener;

    private final Clock clock;

    private final @Nullable SettlementInquiry inquiry;

    private final AssetRegistry tokens;

    private final Semaphore unjudged = new Semaphore(MAX_UNJUDGED);

    Recall(PaymentLedger ledger, Screener screener, Clock clock, SettlementEvidence evidence) {
        this.ledger = ledger;
        this.screener = screener;
        this.clock = clock;
        this.inquiry = evidence.inquiry();
        this.tokens = evidence.tokens();
    }

    /**
     * Looks a payment up that fits none of the offers. One that is not the payer's, or
     * that pays another recipient, was never reserved here and costs no look-up.
     */
    Recalled find(PaymentAttempt attempt) {
        try {
            for (Offer offer : candidates(attempt.payload(), attempt.offers())) {
                SignedPayment signed = this.screener.identify(attempt.payload(), offer);
                Recalled recalled = (signed != null) ? lookUp(attempt, offer, signed, false) : new Recalled.NotKnown();
                if (!(recalled instanceof Recalled.NotKnown) || (signed != null && signed.proved())) {
                    return recalled;
                }
            }
            return new Recalled.NotKnown();
        }
        catch (RuntimeException ex) {
            return failed(attempt, ex);
        }
    }

    /**
     * Tells whether a payment was charged whose request is refused without judging it.
     * The ledger is asked for proved signatures only; whether another one is the payer's
     * would have to be asked elsewhere.
     * @param payload the payment as the client sent it
     * @param offers terms with the recipients, networks and assets that count
     * @param all whether there are no others
     * @return whether it was charged; {@code UNKNOWN} also if that was not found out
     */
    Charged charged(PaymentPayload payload, List<Offer> offers, boolean all) {
        if (!this.unjudged.tryAcquire()) {
            return Charged.UNKNOWN;
        }
        try {
            Charged charged = all ? Charged.NO : Charged.UNKNOWN;
            for (Offer offer : candidates(payload, offers)) {
                SignedPayment signed = this.screener.identify(payload, offer);
                if (signed != null && signed.proved()) {
                    return this.ledger.find(Claims.key(offer, signed.authorization()))
                        .map((stored) -> Verdict.charged(stored.state()))
                        .orElse(Charged.NO);
                }
                charged = (signed != null) ? Charged.UNKNOWN : charged;
            }
            return charged;
        }
        catch (LedgerException ex) {
            this.outages.warn("Payment ledger unavailable; a refused payment was not looked up", ex);
            return Charged.UNKNOWN;
        }
        catch (RuntimeException ex) {
            // Its message may quote the payment.
            logger.error("A refused payment could not be looked up: {}", ex.getClass().getName());
            return Charged.UNKNOWN;
        }
        finally {
            this.unjudged.release();
        }
    }

    /**
     * Returns what may have been signed, leaving out offers that differ from others in
     * nothing but their price: the present offers of the scheme that the client names,
     * all of them if there is none of it, and, as a price may have been stated in another
     * token before, the token that it names, if it is one of ours.
     */
    private List<Offer> candidates(PaymentPayload payload, List<Offer> all) {
        String scheme = payload.scheme();
        List<Offer> named = all.stream().filter((offer) -> offer.requirements().scheme().equals(scheme)).toList();
        List<Offer> offers = named.isEmpty() ? all : named;
        List<Offer> candidates = new ArrayList<>(offers.size() + 1);
        offers.forEach((offer) -> addIfNew(candidates, offer));
        if (payload.accepted() instanceof Map<?, ?> accepted && accepted.get("network") instanceof String network
                && accepted.get("asset") instanceof String asset) {
            this.tokens.at(network, asset).ifPresent((token) -> offers.forEach((offer) -> {
                PaymentRequirements ours = offer.requirements();
                addIfNew(candidates, Offer.of(new PaymentRequirements(ours.scheme(), token.network(), ours.amount(),
                        token.address(), ours.payTo(), ours.maxTimeoutSeconds(), token.extra())));
            }));
        }
        return candidates;
    }

    private static void addIfNew(List<Offer> candidates, Offer offer) {
        PaymentRequirements terms = offer.requirements();
        for (Offer candidate : candidates) {
            PaymentRequirements other = candidate.requirements();
            if (other.scheme().equals(terms.scheme()) && other.network().equals(terms.network())
                    && candidate.assetKey().equals(offer.assetKey()) && other.payTo().equalsIgnoreCase(terms.payTo())
                    && other.extra().entrySet().containsAll(terms.extra().entrySet())) {
                return;
            }
        }
        candidates.add(offer);
    }

    /**
     * Looks a payment up that is one to the recipient of the offer, unless its signature
     * was left to the facilitator and is not the payer's.
     */
    Recalled find(PaymentAttempt attempt, Offer offer, SignedPayment signed) {
        if (signed.proved()) {
            return lookUp(attempt, offer, signed, true);
        }
        try {
            SignedPayment identified = this.screener.identify(attempt.payload(), offer);
            return (identified != null) ? lookUp(attempt, offer, identified, false) : new Recalled.NotKnown();
        }
        catch (RuntimeException ex) {
            return failed(attempt, ex);
        }
    }

    /** The message of the exception may quote the payment. */
    private static Recalled failed(PaymentAttempt attempt, RuntimeException ex) {
        logger.error("The scheme of endpoint '{}' failed: {}", attempt.endpoint().name(), ex.getClass().getName());
        return new Recalled.Judged(
                new Knowledge.NotAsked(Denial.of(Reason.TEMPORARILY_UNAVAILABLE).withCharged(Charged.UNKNOWN)));
    }

    /**
     * Looks a payment up.
     * @param screened whether terms of ours proved what was signed. What only identifies
     * a payment may come from the client
     */
    private Recalled lookUp(PaymentAttempt attempt, Offer offer, SignedPayment signed, boolean screened) {
        try {
            StoredPayment stored = this.ledger.find(Claims.key(offer, signed.authorization())).orElse(null);
            return (stored != null) ? judge(attempt, offer, signed, screened, stored) : new Recalled.NotKnown();
        }
        catch (RuntimeException ex) {
            this.outages.warn("Payment ledger unavailable; payments are refused", ex);
            return new Recalled.Judged(new Knowledge.LedgerUnavailable());
        }
    }

    private Recalled judge(PaymentAttempt attempt, Offer offer, SignedPayment found, boolean screened,
            StoredPayment stored) {
        Offer settled = settledTerms(stored, attempt.offers(), offer);
        SignedPayment signed = screened ? found
                : new SignedPayment(found.authorization(), found.proved() && this.screener.proves(attempt, settled));
        attempt.track().claimed(settled.requirements(), signed.authorization().payer(), false);
        PaymentState state = stored.state();
        Offer terms = switch (state) {
            case UNKNOWN -> resumable(attempt, settled, signed, stored) ? terms(stored, attempt.offers()) : null;
            case SETTLED -> settled;
            case RESERVED, SETTLING, UNRESOLVED, USED_ELSEWHERE, RELEASED -> null;
        };
        return switch (state) {
            case RELEASED -> new Recalled.NotKnown();
            case RESERVED, SETTLING -> new Recalled.Judged(new Knowledge.InFlight());
            case UNKNOWN, SETTLED, UNRESOLVED, USED_ELSEWHERE -> {
                if (!isFor(attempt, stored)) {
                    yield new Recalled.Judged(new Knowledge.BoundElsewhere(state));
                }
                yield (terms != null) ? new Recalled.Reservable(terms, signed, state)
                        : new Recalled.Judged(state.ended() ? new Knowledge.Ended(state) : new Knowledge.Unknown());
            }
        };
    }

    /**
     * Settling it again is how its outcome is found out, also when it has expired. In the
     * end it is not resumed any more, so that presenting it does not keep it open.
     */
    private boolean resumable(PaymentAttempt attempt, Offer offer, SignedPayment signed, StoredPayment stored) {
        boolean payer = signed.proved() || this.screener.recognizes(attempt, offer, stored);
        return payer && this.clock.instant().isBefore(stored.validBefore().plus(Reconciler.GRACE));
    }

    /** A request that cannot be read is another one. */
    private static boolean isFor(PaymentAttempt attempt, StoredPayment stored) {
        try {
            return stored.fingerprint().equals(attempt.fingerprint());
        }
        catch (UnreadableRequestException ex) {
            return false;
        }
    }

    /**
     * Judges an expired payment that the ledger does not know. An absent entry proves
     * that the payment was never reserved if the ledger is complete since the payer can
     * have signed, and its retention has not passed; otherwise the chain is read.
     */
    Knowledge expired(Offer offer, Authorization authorization, ReasonCode code) {
        Instant validBefore = authorization.validBefore();
        Duration life = Duration.ofSeconds(Math.min(offer.requirements().maxTimeoutSeconds(), CENTURY))
            .plus(PaymentScheme.MAX_CLOCK_SKEW);
        boolean complete = !this.ledger.completeSince().isAfter(validBefore.minus(life))
                && !this.clock.instant().isAfter(validBefore.plus(this.ledger.retention()));
        return complete ? new Knowledge.Unfit(Reason.PAYMENT_EXPIRED, code)
                : new Knowledge.PerhapsUsed(code, standing(offer, authorization));
    }

    /** Reads what the chain says of a payment that the ledger does not know. */
    Standing standing(Offer offer, Authorization authorization) {
        if (this.inquiry == null) {
            return Standing.UNREADABLE;
        }
        PaymentKey key = Claims.key(offer, authorization);
        try {
            return this.inquiry.standing(new UnknownPayment(key, Rail.X402, "", StoredTerms.of(offer.requirements()),
                    authorization.validBefore(), this.clock.instant(), null));
        }
        catch (FacilitatorException ex) {
            logger.debug("The state of an authorization on {} could not be read: {}", key.network(), ex.getMessage());
        }
        catch (RuntimeException ex) {
            this.outages.error("The state of an authorization could not be read", ex);
        }
        return Standing.UNREADABLE;
    }

    /**
     * Returns the terms that a payment was reserved with.
     * @param stored the payment
     * @param offers the present offers
     * @return the terms; {@code null} if version 1 of a ledger stored the payment and no
     * present offer asks for the same
     */
    static @Nullable Offer terms(StoredPayment stored, Iterable<Offer> offers) {
        PaymentRequirements requirements = stored.terms().requirements();
        if (requirements != null) {
            return Offer.of(requirements);
        }
        for (Offer offer : offers) {
            if (stored.key().network().equals(offer.requirements().network())
                    && stored.key().asset().equalsIgnoreCase(offer.assetKey())
                    && stored.terms().agreesWith(offer.requirements())) {
                return offer;
            }
        }
        return null;
    }

    /**
     * Returns the terms that a settled payment was reserved with.
     * @param stored the payment
     * @param offers the present offers
     * @param signed an offer whose network, asset and recipient were signed
     * @return the terms; what version 1 of a ledger did not store comes from that offer
     */
    static Offer settledTerms(StoredPayment stored, Iterable<Offer> offers, Offer signed) {
        Offer terms = terms(stored, offers);
        if (terms != null) {
            return terms;
        }
        PaymentRequirements like = signed.requirements();
        return Offer.of(new PaymentRequirements(stored.terms().scheme(), like.network(),
                new TokenAmount(stored.terms().amount()), like.asset(), stored.terms().payTo(),
                like.maxTimeoutSeconds(), like.extra()));
    }

    /** Result of a look-up. */
    sealed interface Recalled {

        /** The ledger does not know the payment. */
        record NotKnown() implements Recalled {
        }

        /**
         * The ledger knows the payment, and it is not to be reserved; or it could not be
         * looked up.
         *
         * @param known what is known
         */
        record Judged(Knowledge known) implements Recalled {
        }

        /**
         * The ledger knows the payment for this request: reserving it under the terms it
         * was reserved with resumes it, or gives its response.
         *
         * @param terms the terms
         * @param signed what the payer signed
         * @param state the state of the payment
         */
        record Reservable(Offer terms, SignedPayment signed, PaymentState state) implements Recalled {
        }

    }

}

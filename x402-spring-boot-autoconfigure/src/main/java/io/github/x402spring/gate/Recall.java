package io.github.x402spring.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.SignedPayment;

/**
 * Memory of a payment that is not reserved under the present terms: in the ledger, and,
 * where the ledger may have forgotten it, on the chain.
 */
final class Recall {

    private static final Logger logger = LoggerFactory.getLogger(Recall.class);

    private final PaymentLedger ledger;

    private final Screener screener;

    private final Clock clock;

    private final @Nullable SettlementInquiry inquiry;

    private final AssetRegistry tokens;

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
            for (Offer offer : candidates(attempt)) {
                SignedPayment signed = this.screener.identify(attempt, offer);
                if (signed != null) {
                    return find(offer, signed);
                }
            }
            return new Recalled.NotKnown();
        }
        catch (RuntimeException ex) {
            return failed(attempt, ex);
        }
    }

    /**
     * Returns what may have been signed, leaving out offers that differ from others in
     * nothing but their price: the present offers, and, as a price may have been stated
     * in another token before, the token that the client names, if it is one of ours.
     */
    private List<Offer> candidates(PaymentAttempt attempt) {
        List<Offer> candidates = new ArrayList<>(attempt.offers().size() + 1);
        attempt.offers().forEach((offer) -> addIfNew(candidates, offer));
        if (attempt.payload().accepted() instanceof Map<?, ?> accepted
                && accepted.get("network") instanceof String network && accepted.get("asset") instanceof String asset) {
            this.tokens.at(network, asset).ifPresent((token) -> attempt.offers().forEach((offer) -> {
                PaymentRequirements terms = offer.requirements();
                addIfNew(candidates, Offer.of(new PaymentRequirements(terms.scheme(), token.network(), terms.amount(),
                        token.address(), terms.payTo(), terms.maxTimeoutSeconds(), token.extra())));
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
            return find(offer, signed);
        }
        try {
            SignedPayment identified = this.screener.identify(attempt, offer);
            return (identified != null) ? find(offer, identified) : new Recalled.NotKnown();
        }
        catch (RuntimeException ex) {
            return failed(attempt, ex);
        }
    }

    /** The message of the exception may quote the payment. */
    private static Recalled failed(PaymentAttempt attempt, RuntimeException ex) {
        logger.error("The scheme of endpoint '{}' failed: {}", attempt.endpoint().name(), ex.getClass().getName());
        return new Recalled.Unavailable();
    }

    private Recalled find(Offer offer, SignedPayment signed) {
        try {
            StoredPayment stored = this.ledger.find(Claims.key(offer, signed.authorization())).orElse(null);
            return (stored != null) ? new Recalled.Known(offer, signed, stored) : new Recalled.NotKnown();
        }
        catch (LedgerException | RuntimeException ex) {
            logger.warn("The payment ledger is out of reach; payments are refused", ex);
            return new Recalled.Unavailable();
        }
    }

    /**
     * Tells whether the ledger's silence proves that an expired payment was never
     * reserved: it has lost nothing since the payer can have signed, and has not had the
     * time to forget.
     */
    boolean complete(Offer offer, Authorization authorization) {
        Instant validBefore = authorization.validBefore();
        Duration life = Duration.ofSeconds(offer.requirements().maxTimeoutSeconds()).plus(PaymentScheme.MAX_CLOCK_SKEW);
        return !this.ledger.completeSince().isAfter(validBefore.minus(life))
                && !this.clock.instant().isAfter(validBefore.plus(this.ledger.retention()));
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
            logger.error("The state of an authorization on {} could not be read", key.network(), ex);
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

    /** What the ledger knows of a payment. */
    sealed interface Recalled {

        /**
         * The ledger knows the payment.
         *
         * @param offer the offer whose network, asset and recipient were signed
         * @param signed what the payer signed
         * @param stored the payment as the ledger has it
         */
        record Known(Offer offer, SignedPayment signed, StoredPayment stored) implements Recalled {
        }

        /** The ledger does not know the payment, or cannot. */
        record NotKnown() implements Recalled {
        }

        /** The payment could not be looked up. */
        record Unavailable() implements Recalled {
        }

    }

}

package io.github.x402spring.reconcile;

import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Confirmation;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * End of payments on behalf of an operator, where neither a facilitator nor a chain knows
 * their outcome. Thread-safe.
 * <ul>
 * <li>Only payments whose outcome is unknown, or that ended unresolved, can be ended, and
 * only if nothing happened to them meanwhile.
 * <li>A payment that an operator ends as settled can be delivered for the first time, if
 * its payer presents it.
 * <li>A payment can be ended as not settled only after its authorization expired: before,
 * it may still be settled.
 * <li>The chain overrules the operator.
 * </ul>
 */
final class PaymentResolution {

    private static final Logger logger = LoggerFactory.getLogger(PaymentResolution.class);

    private static final String NOT_RESOLVABLE = "There is no such payment whose outcome is unknown";

    private static final String EVENT = "BY_OPERATOR";

    private final PaymentLedger ledger;

    private final @Nullable SettlementInquiry inquiry;

    private final InstantSource clock;

    private final List<UnknownPaymentListener> listeners;

    PaymentResolution(PaymentLedger ledger, @Nullable SettlementInquiry inquiry, InstantSource clock,
            List<UnknownPaymentListener> listeners) {
        this.ledger = Objects.requireNonNull(ledger, "'ledger' must not be null");
        this.inquiry = inquiry;
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.listeners = List.copyOf(listeners);
    }

    /**
     * Ends a payment as settled.
     * @param key the payment
     * @param transaction the hash of the transaction that settled it
     * @return why it was not ended; {@code null} if it was
     */
    @Nullable String settled(PaymentKey key, String transaction) {
        String hash = key.network().transaction(transaction).orElse(null);
        if (hash == null) {
            return "The transaction is no hash that a transaction of " + key.network() + " can have";
        }
        StoredPayment found = find(key);
        if (found == null) {
            return NOT_RESOLVABLE;
        }
        UnknownPayment named = new UnknownPayment(found.key(), found.rail(), found.token(), found.terms(),
                found.validBefore(), found.reservedAt(), hash);
        if (ask((chain) -> chain.confirm(named), Confirmation.UNREADABLE) == Confirmation.UNPAID) {
            return "The chain says that this transaction did not settle the payment";
        }
        return end(found, new Conclusion.Settled(hash));
    }

    /**
     * Ends a payment as not settled.
     * @param key the payment
     * @return why it was not ended; {@code null} if it was
     */
    @Nullable String notSettled(PaymentKey key) {
        StoredPayment found = find(key);
        if (found == null) {
            return NOT_RESOLVABLE;
        }
        if (!this.clock.instant().isAfter(found.validBefore())) {
            return "The authorization of the payment is valid until " + found.validBefore()
                    + ": it may be settled until then";
        }
        return switch (ask((chain) -> chain.inquire(found.unknown()), new Finding.Undecided())) {
            case Finding.Settled settled -> "The chain says that the payment was settled by " + settled.transaction();
            case Finding.UsedElsewhere elsewhere ->
                "The chain says that the authorization was used by " + elsewhere.transaction();
            case Finding.Doubtful doubtful ->
                "The chain says that the authorization was used by " + doubtful.transaction();
            case Finding.Failed failed -> end(found, new Conclusion.Unsettled());
            case Finding.Undecided undecided -> endUnlessUsable(found);
        };
    }

    /** A transfer that is not found may be older than the searched blocks. */
    private @Nullable String endUnlessUsable(StoredPayment found) {
        return switch (ask((chain) -> chain.standing(found.unknown()), Standing.UNREADABLE)) {
            case USED -> "The chain says that the authorization was used, in a transaction that is not found";
            case UNUSED -> "The chain says that the authorization may be used yet";
            case LAPSED, UNREADABLE -> end(found, new Conclusion.Unsettled());
        };
    }

    private @Nullable StoredPayment find(PaymentKey key) {
        return this.ledger.find(key).filter((payment) -> payment.state().resolvable()).orElse(null);
    }

    private @Nullable String end(StoredPayment found, Conclusion conclusion) {
        if (!this.ledger.resolve(found, conclusion)) {
            return "Something happened to the payment meanwhile: look at it again";
        }
        Reconciler.ended(this.listeners, found.unknown(), conclusion);
        if (conclusion instanceof Conclusion.Settled(String transaction)) {
            note(found.key(), transaction);
        }
        return null;
    }

    /** The payment has ended; its history may lack who ended it. */
    private void note(PaymentKey key, String transaction) {
        try {
            this.ledger.note(key, EVENT, transaction);
        }
        catch (RuntimeException ex) {
            logger.warn("The history of a payment lacks that an operator ended it", ex);
        }
    }

    /** Returns a default if there is nothing to ask, or if it gives no reply. */
    private <T> T ask(Question<T> question, T unknown) {
        try {
            return (this.inquiry != null) ? question.ask(this.inquiry) : unknown;
        }
        catch (FacilitatorException | RuntimeException ex) {
            logger.debug("The chain gave no outcome of a payment", ex);
            return unknown;
        }
    }

    @FunctionalInterface
    private interface Question<T> {

        T ask(SettlementInquiry inquiry) throws FacilitatorException;

    }

}

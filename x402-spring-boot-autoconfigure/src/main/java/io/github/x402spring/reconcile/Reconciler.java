package io.github.x402spring.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Reconciler of payments whose settlement is unknown. Several instances may run side by
 * side: each payment goes to one of them at a time. Thread-safe.
 * <ul>
 * <li>The inquiry decides: settled, unsettled or used elsewhere.
 * <li>Ten minutes after its authorization expired, a payment that nothing decides is
 * unresolved. While what decides others gives no usable reply, that waits for twelve
 * hours.
 * </ul>
 *
 * @since 0.1.0
 */
public final class Reconciler {

    /** How long a payment may stay unknown after its authorization has expired. */
    public static final Duration GRACE = Duration.ofMinutes(10);

    /**
     * How long a payment may stay unknown after its authorization has expired while
     * nothing gives a usable reply: less than the day after which the ledger in memory
     * forgets.
     */
    public static final Duration UNAVAILABLE_GRACE = Duration.ofHours(12);

    private static final Logger logger = LoggerFactory.getLogger(Reconciler.class);

    /** So few that their lease does not end before the last inquiry. */
    private static final int BATCH = 20;

    private final PaymentLedger ledger;

    private final @Nullable SettlementInquiry inquiry;

    private final Duration lease;

    private final Clock clock;

    private final List<UnknownPaymentListener> listeners;

    private final PaymentResolution resolution;

    private final AtomicBoolean begun = new AtomicBoolean();

    /**
     * Creates a reconciler.
     * @param ledger holds the payments
     * @param inquiry knows their outcome, or {@code null} if nothing can be asked
     * @param lease how long a payment is left alone between two questions
     * @param clock the source of time
     * @param listeners are notified of payments that this reconciler ended
     */
    public Reconciler(PaymentLedger ledger, @Nullable SettlementInquiry inquiry, Duration lease, Clock clock,
            List<UnknownPaymentListener> listeners) {
        this.ledger = Objects.requireNonNull(ledger, "'ledger' must not be null");
        this.inquiry = inquiry;
        this.lease = Objects.requireNonNull(lease, "'lease' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.listeners = List.copyOf(listeners);
        this.resolution = new PaymentResolution(ledger, inquiry, clock, this.listeners);
    }

    /**
     * Returns whether anything can be asked for the outcome of payments.
     * @return whether an inquiry is configured
     */
    public boolean asks() {
        return this.inquiry != null;
    }

    /**
     * Begins to look at every payment that is due, in the background instead of at the
     * next turn. Does nothing while it is doing so already.
     * @return whether anything can be {@linkplain #asks() asked}
     */
    public boolean begin() {
        if (!asks()) {
            return false;
        }
        if (this.begun.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("x402-reconcile").start(this::reconcileOnce);
        }
        return true;
    }

    private void reconcileOnce() {
        try {
            reconcile();
        }
        catch (RuntimeException ex) {
            logger.warn("Payments of unknown outcome could not be reconciled", ex);
        }
        finally {
            this.begun.set(false);
        }
    }

    /**
     * Ends a payment of unknown outcome as settled, on behalf of an operator. It can then
     * be delivered for the first time.
     * @param key the payment
     * @param transaction the hash of the transaction that settled it
     * @return the reason why it was not ended; {@code null} if it was
     */
    public @Nullable String settled(PaymentKey key, String transaction) {
        return this.resolution.settled(key, transaction);
    }

    /**
     * Ends a payment of unknown outcome as not settled, on behalf of an operator.
     * @param key the payment
     * @return the reason why it was not ended; {@code null} if it was
     */
    public @Nullable String notSettled(PaymentKey key) {
        return this.resolution.notSettled(key);
    }

    /**
     * Looks at every payment that is due, and ends those that are decided.
     * @return how many were ended
     */
    public int reconcile() {
        int ended = 0;
        int unresolved = 0;
        while (!Thread.currentThread().isInterrupted()) {
            int leased = 0;
            for (UnknownPayment payment : this.ledger.lease(this.lease, BATCH)) {
                Conclusion conclusion = end(payment);
                ended += (conclusion != null) ? 1 : 0;
                unresolved += (conclusion instanceof Conclusion.Unresolved) ? 1 : 0;
                leased++;
            }
            if (leased < BATCH) {
                break;
            }
        }
        if (unresolved > 0) {
            logger.warn("{} payments ended unresolved; look up in their token contracts whether they were charged",
                    unresolved);
        }
        return ended;
    }

    private @Nullable Conclusion end(UnknownPayment payment) {
        Conclusion conclusion = conclusion(payment);
        if (conclusion == null || !this.ledger.conclude(payment, conclusion)) {
            return null;
        }
        ended(this.listeners, payment, conclusion);
        return conclusion;
    }

    static void ended(List<UnknownPaymentListener> listeners, UnknownPayment payment, Conclusion conclusion) {
        for (UnknownPaymentListener listener : listeners) {
            try {
                listener.ended(payment, conclusion);
            }
            catch (RuntimeException ex) {
                logger.error("A listener of payments that ended failed", ex);
            }
        }
    }

    private @Nullable Conclusion conclusion(UnknownPayment payment) {
        Finding finding = new Finding.Undecided();
        Duration wait = GRACE;
        try {
            finding = (this.inquiry != null) ? this.inquiry.inquire(payment) : finding;
        }
        catch (FacilitatorException ex) {
            logger.debug("The outcome of a payment on {} could not be found out: {}", payment.key().network(),
                    ex.getMessage());
            wait = UNAVAILABLE_GRACE;
        }
        catch (RuntimeException ex) {
            logger.error("The inquiry for the outcome of a payment on {} failed", payment.key().network(), ex);
            wait = UNAVAILABLE_GRACE;
        }
        boolean overdue = !this.clock.instant().isBefore(payment.validBefore().plus(wait));
        return switch (finding) {
            case Finding.Settled(String transaction) -> new Conclusion.Settled(transaction);
            case Finding.Failed failed -> new Conclusion.Unsettled();
            case Finding.UsedElsewhere(String transaction) -> new Conclusion.UsedElsewhere(transaction);
            case Finding.Doubtful doubtful -> new Conclusion.Unresolved();
            case Finding.Undecided undecided -> overdue ? new Conclusion.Unresolved() : null;
        };
    }

}

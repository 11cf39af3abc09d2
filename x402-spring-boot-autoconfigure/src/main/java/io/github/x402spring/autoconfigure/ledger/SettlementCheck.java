package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.OperatorConcerns;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Confirmation;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.reconcile.SettlementListener;

/**
 * Check of settlements that a facilitator reported, in the background: whether the money
 * is where the facilitator says. Holds what it checks in the memory of this instance, up
 * to {@value #MAX_CHECKED} settlements. Thread-safe.
 * <ul>
 * <li>A settlement is a mismatch if several looks in a row, spread over time and over the
 * nodes, say that it was not paid.
 * <li>A node that gives no usable reply, or a transaction that it does not know, says
 * nothing. What stays undecided is given up ten minutes after the authorization expired,
 * or twelve hours after while no node replies.
 * </ul>
 */
final class SettlementCheck implements SettlementListener, OperatorConcerns {

    static final int MAX_CHECKED = 10_000;

    /** Looks in a row that have to say that a settlement was not paid. */
    static final int PATIENCE = 3;

    static final Duration FIRST_DELAY = Duration.ofSeconds(5);

    static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    private static final Logger logger = LoggerFactory.getLogger(SettlementCheck.class);

    private final PaymentLedger ledger;

    private final SettlementInquiry inquiry;

    private final InstantSource clock;

    private final BiConsumer<PaymentKey, String> mismatched;

    private final Queue<Reported> queue = new ArrayBlockingQueue<>(MAX_CHECKED);

    private final AtomicLong mismatches = new AtomicLong();

    private final AtomicLong unchecked = new AtomicLong();

    SettlementCheck(PaymentLedger ledger, SettlementInquiry inquiry, InstantSource clock,
            BiConsumer<PaymentKey, String> mismatched) {
        this.ledger = Objects.requireNonNull(ledger, "'ledger' must not be null");
        this.inquiry = Objects.requireNonNull(inquiry, "'inquiry' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.mismatched = Objects.requireNonNull(mismatched, "'mismatched' must not be null");
    }

    /** Begins to check a settlement. */
    @Override
    public void settled(PaymentKey key, String transaction) {
        enqueue(new Reported(key, transaction, this.clock.instant().plus(FIRST_DELAY), FIRST_DELAY, 0));
    }

    /** Settlements of this instance that were not paid, since the start. */
    @Override
    public Map<String, Long> concerns() {
        return Map.of("mismatchedSettlements", this.mismatches.get());
    }

    /**
     * Returns how many settlements of this instance were given up undecided, or not
     * looked at because there were too many.
     * @return the number since the start
     */
    long unchecked() {
        return this.unchecked.get();
    }

    /**
     * Looks at every settlement that is due. Called now and then, by one thread at a
     * time.
     */
    void look() {
        for (int left = this.queue.size(); left > 0 && !Thread.currentThread().isInterrupted(); left--) {
            Reported reported = this.queue.poll();
            if (reported == null) {
                return;
            }
            if (this.clock.instant().isBefore(reported.due())) {
                enqueue(reported);
            }
            else {
                look(reported);
            }
        }
    }

    private void look(Reported reported) {
        StoredPayment stored;
        try {
            stored = this.ledger.find(reported.key()).orElse(null);
        }
        catch (RuntimeException ex) {
            logger.debug("A settlement on {} could not be looked up", reported.key().network(), ex);
            enqueue(reported.later(this.clock.instant(), reported.unpaid()));
            return;
        }
        boolean settling = stored != null && stored.state() == PaymentState.SETTLING;
        if (stored == null || (stored.state() != PaymentState.SETTLED && !settling)) {
            // It has ended otherwise, or was deleted.
            return;
        }
        Duration patience = Reconciler.GRACE;
        Confirmation confirmation = Confirmation.UNDECIDED;
        try {
            confirmation = this.inquiry.confirm(new UnknownPayment(stored.key(), stored.rail(), stored.token(),
                    stored.terms(), stored.validBefore(), stored.reservedAt(), reported.transaction()));
        }
        catch (FacilitatorException ex) {
            logger.debug("A settlement on {} could not be checked: {}", stored.key().network(), ex.getMessage());
            patience = Reconciler.UNAVAILABLE_GRACE;
        }
        catch (RuntimeException ex) {
            logger.error("The check of a settlement on {} failed", stored.key().network(), ex);
            patience = Reconciler.UNAVAILABLE_GRACE;
        }
        switch (confirmation) {
            case PAID, UNREADABLE -> {
            }
            case UNPAID -> {
                if (reported.unpaid() + 1 < PATIENCE) {
                    enqueue(reported.later(this.clock.instant(), reported.unpaid() + 1));
                }
                else {
                    mismatch(reported);
                }
            }
            case UNDECIDED -> {
                if (this.clock.instant().isBefore(stored.validBefore().plus(patience))) {
                    enqueue(reported.later(this.clock.instant(), 0));
                }
                else {
                    uncheck(reported);
                }
            }
        }
    }

    private void mismatch(Reported reported) {
        this.mismatches.incrementAndGet();
        logger.error("The facilitator named transaction {} on {} as a settlement, and the transfer is not there: what "
                + "was delivered is not paid", reported.transaction(), reported.key().network());
        try {
            this.mismatched.accept(reported.key(), reported.transaction());
        }
        catch (RuntimeException ex) {
            logger.error("A listener of settlements that were not paid failed", ex);
        }
    }

    private void enqueue(Reported reported) {
        if (!this.queue.offer(reported)) {
            uncheck(reported);
        }
    }

    private void uncheck(Reported reported) {
        if (this.unchecked.getAndIncrement() == 0) {
            logger.warn("Settlement {} on {} could not be checked; others that cannot be are counted only",
                    reported.transaction(), reported.key().network());
        }
    }

    /**
     * Settlement that was reported.
     *
     * @param key the payment
     * @param transaction the transaction that was named
     * @param due when to look at it
     * @param delay how long it was left alone before
     * @param unpaid how many looks in a row said that it was not paid
     */
    private record Reported(PaymentKey key, String transaction, Instant due, Duration delay, int unpaid) {

        Reported later(Instant now, int unpaid) {
            Duration longer = this.delay.multipliedBy(2);
            Duration next = (longer.compareTo(LONGEST_DELAY) < 0) ? longer : LONGEST_DELAY;
            return new Reported(this.key, this.transaction, now.plus(next), next, unpaid);
        }

    }

}

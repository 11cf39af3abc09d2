package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.reconcile.Reconciler;

/**
 * Recurring task of a ledger. Every instance may run it.
 *
 * @param name the name in the log
 * @param interval the time between two runs
 * @param work the task
 */
record LedgerChore(String name, Duration interval, Runnable work) {

    private static final Logger logger = LoggerFactory.getLogger(LedgerChore.class);

    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** Recovers payments that dead instances left. */
    static LedgerChore recovering(PaymentLedger ledger, Duration after) {
        return new LedgerChore("recover", half(after), () -> {
            int recovered = ledger.recover(after);
            if (recovered > 0) {
                logger.warn("{} payments were left by an instance that is gone, and can be presented again", recovered);
            }
        });
    }

    /**
     * Ends payments whose settlement is unknown.
     */
    static LedgerChore reconciling(Reconciler reconciler, Duration interval) {
        return new LedgerChore(reconciler.asks() ? "reconcile" : "end expired payments", half(interval), () -> {
            int ended = reconciler.reconcile();
            if (ended > 0) {
                logger.info("{} payments of unknown outcome have ended", ended);
            }
        });
    }

    private static Duration half(Duration duration) {
        Duration half = duration.dividedBy(2);
        return (half.compareTo(LONGEST) < 0) ? half : LONGEST;
    }

}

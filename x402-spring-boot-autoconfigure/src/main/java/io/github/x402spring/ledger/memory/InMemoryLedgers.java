package io.github.x402spring.ledger.memory;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;

/**
 * Factory of ledgers in the memory of one instance. What they hold is lost with the
 * process.
 *
 * @since 0.1.0
 */
public final class InMemoryLedgers {

    private final Clock clock;

    private final int maxEntries;

    private final InMemoryPaymentHistory history;

    private final InMemoryPaymentLedger payments;

    /**
     * Creates ledgers without a history of payments.
     * @param clock the source of time
     * @param maxEntries the maximum number of payments, and of subjects of limits and of
     * ended tasks
     */
    public InMemoryLedgers(Clock clock, int maxEntries) {
        this(clock, maxEntries, 0);
    }

    /**
     * Creates ledgers.
     * @param clock the source of time
     * @param maxEntries the maximum number of payments, and of subjects of limits and of
     * ended tasks
     * @param maxHistory the maximum number of payments in the history; 0 for none
     */
    public InMemoryLedgers(Clock clock, int maxEntries, int maxHistory) {
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.maxEntries = maxEntries;
        this.history = new InMemoryPaymentHistory(clock, maxHistory);
        this.payments = new InMemoryPaymentLedger(clock, maxEntries, this.history);
    }

    /**
     * Returns the payment ledger.
     * @return the ledger
     */
    public PaymentLedger payments() {
        return this.payments;
    }

    /**
     * Returns the history of the payment ledger.
     * @return the history
     */
    public PaymentHistory history() {
        return this.history;
    }

    /**
     * Creates a ledger of what subjects have spent. Refuses another subject when it is
     * full.
     * @return the ledger
     */
    public ExposureLedger exposures() {
        return new InMemoryExposureLedger(this.clock, this.maxEntries);
    }

    /**
     * Creates a registry of ended tasks. Refuses to end another task when it is full.
     * @param retention how long an ended task is remembered
     * @return the registry
     */
    public TaskRegistry tasks(Duration retention) {
        return new InMemoryTaskRegistry(this.clock, retention, this.maxEntries);
    }

    /**
     * Creates a store of responses, which drops the oldest when it is full.
     * @param timeToLive how long a response is stored
     * @param maxBytes the maximum size of all responses in bytes
     * @return the store
     */
    public ResponseStore responses(Duration timeToLive, long maxBytes) {
        return new InMemoryResponseStore(this.clock, timeToLive, maxBytes);
    }

}

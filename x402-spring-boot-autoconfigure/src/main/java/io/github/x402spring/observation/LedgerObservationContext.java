package io.github.x402spring.observation;

import io.micrometer.observation.Observation;

/**
 * Is what is observed of a question to the ledger.
 *
 * @since 0.1.0
 */
public final class LedgerObservationContext extends Observation.Context {

    private final String operation;

    private final String ledger;

    private String outcome = PaymentNames.NONE;

    LedgerObservationContext(String operation, String ledger) {
        this.operation = operation;
        this.ledger = ledger;
    }

    /**
     * Returns what the ledger is asked.
     * @return the operation, in a word from a closed set
     */
    public String getOperation() {
        return this.operation;
    }

    /**
     * Returns what kind of ledger is asked.
     * @return the kind, in a word from a closed set
     */
    public String getLedger() {
        return this.ledger;
    }

    /**
     * Returns how the question ended.
     * @return the outcome, in a word from a closed set, or {@code none} while it is under
     * way
     */
    public String getOutcome() {
        return this.outcome;
    }

    void setOutcome(String outcome) {
        this.outcome = outcome;
    }

}

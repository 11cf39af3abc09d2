package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;

/**
 * Context of the observation of a call to the ledger.
 *
 * @since 0.1.0
 */
public class LedgerObservationContext extends Observation.Context {

    private final String operation;

    private final String ledger;

    private String outcome = KeyValue.NONE_VALUE;

    /**
     * Creates a context.
     * @param operation the operation, from a closed set
     * @param ledger the kind of ledger, from a closed set
     */
    public LedgerObservationContext(String operation, String ledger) {
        this.operation = operation;
        this.ledger = ledger;
    }

    /**
     * Returns the operation, from a closed set.
     * @return the operation, such as {@code reserve}
     */
    public String getOperation() {
        return this.operation;
    }

    /**
     * Returns the kind of ledger, from a closed set.
     * @return the kind, such as {@code jdbc}
     */
    public String getLedger() {
        return this.ledger;
    }

    /**
     * Returns the outcome, from a closed set.
     * @return the outcome, or {@code none} while the call is in flight
     */
    public String getOutcome() {
        return this.outcome;
    }

    /**
     * Sets the outcome.
     * @param outcome the outcome, from a closed set
     */
    public void setOutcome(String outcome) {
        this.outcome = outcome;
    }

}

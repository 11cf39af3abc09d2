package io.github.x402spring.observation;

import io.micrometer.observation.Observation;

import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Is what is observed of a call to the facilitator.
 *
 * @since 0.1.0
 */
public final class FacilitatorObservationContext extends Observation.Context {

    /** Hashes of every chain are shorter. */
    private static final int MAX_TRANSACTION_LENGTH = 256;

    private final X402Observation operation;

    private final PaymentRequirements terms;

    private String outcome = PaymentNames.NONE;

    private String transaction = PaymentNames.NONE;

    private FacilitatorRemark remark = FacilitatorRemark.NONE;

    FacilitatorObservationContext(X402Observation operation, PaymentRequirements terms) {
        this.operation = operation;
        this.terms = terms;
    }

    /**
     * Returns what the facilitator is asked to do.
     * @return {@code VERIFY} or {@code SETTLE}
     */
    public X402Observation getOperation() {
        return this.operation;
    }

    /**
     * Returns the terms of the payment.
     * @return the terms, which are ours
     */
    public PaymentRequirements getTerms() {
        return this.terms;
    }

    /**
     * Returns how the call ended, in a word from a closed set.
     * @return the outcome, or {@code none} while it is under way
     */
    public String getOutcome() {
        return this.outcome;
    }

    /**
     * Returns the transaction that the facilitator named.
     * @return its hash, or {@code none}
     */
    public String getTransaction() {
        return this.transaction;
    }

    /**
     * Returns what the facilitator said of a payment that it refused.
     * @return the remark, possibly empty
     */
    public FacilitatorRemark getRemark() {
        return this.remark;
    }

    void setRemark(FacilitatorRemark remark) {
        this.remark = remark;
    }

    void setOutcome(String outcome) {
        this.outcome = outcome;
    }

    void setTransaction(String transaction) {
        boolean plausible = !transaction.isEmpty() && transaction.length() <= MAX_TRANSACTION_LENGTH;
        this.transaction = plausible ? transaction : PaymentNames.NONE;
    }

}

package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;

import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Context of the observation of a call to the facilitator.
 *
 * @since 0.1.0
 */
public class FacilitatorObservationContext extends Observation.Context {

    /** Transaction hashes of all chains are shorter. */
    private static final int MAX_TRANSACTION_LENGTH = 256;

    private final X402Observation operation;

    private final PaymentRequirements terms;

    private final String asset;

    private final String facilitator;

    private String outcome = KeyValue.NONE_VALUE;

    private String transaction = KeyValue.NONE_VALUE;

    private FacilitatorRemark remark = FacilitatorRemark.NONE;

    /**
     * Creates a context.
     * @param operation {@code VERIFY} or {@code SETTLE}
     * @param terms the terms of the payment, as configured
     * @param asset the symbol of the token
     * @param facilitator the kind of facilitator, such as {@code http}
     */
    public FacilitatorObservationContext(X402Observation operation, PaymentRequirements terms, String asset,
            String facilitator) {
        this.operation = operation;
        this.terms = terms;
        this.asset = asset;
        this.facilitator = facilitator;
    }

    /**
     * Returns the operation of the facilitator.
     * @return {@code VERIFY} or {@code SETTLE}
     */
    public X402Observation getOperation() {
        return this.operation;
    }

    /**
     * Returns the terms of the payment.
     * @return the terms, as configured
     */
    public PaymentRequirements getTerms() {
        return this.terms;
    }

    /**
     * Returns the symbol of the token.
     * @return the symbol, or {@code other} if it is not configured
     */
    public String getAsset() {
        return this.asset;
    }

    /**
     * Returns the kind of facilitator.
     * @return the kind, such as {@code http}
     */
    public String getFacilitator() {
        return this.facilitator;
    }

    /**
     * Returns the outcome, from a closed set.
     * @return the outcome, or {@code none} while the call is in flight
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
     * Returns the facilitator's remark on a payment that it refused.
     * @return the remark, possibly empty
     */
    public FacilitatorRemark getRemark() {
        return this.remark;
    }

    /**
     * Sets the remark.
     * @param remark the remark
     */
    public void setRemark(FacilitatorRemark remark) {
        this.remark = remark;
    }

    /**
     * Sets the outcome.
     * @param outcome the outcome, from a closed set
     */
    public void setOutcome(String outcome) {
        this.outcome = outcome;
    }

    /**
     * Sets the transaction. A hash that is too long counts as none.
     * @param transaction the hash, possibly empty
     */
    public void setTransaction(String transaction) {
        boolean plausible = !transaction.isEmpty() && transaction.length() <= MAX_TRANSACTION_LENGTH;
        this.transaction = plausible ? transaction : KeyValue.NONE_VALUE;
    }

}

package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeStart;

/**
 * Context of the observation of a request for a paid endpoint.
 *
 * @since 0.1.0
 */
public class ExchangeObservationContext extends Observation.Context {

    private final ExchangeStart start;

    private final String facilitator;

    private String asset = KeyValue.NONE_VALUE;

    private String amount = KeyValue.NONE_VALUE;

    private String payer = KeyValue.NONE_VALUE;

    private volatile @Nullable ExchangeEnd end;

    /**
     * Creates a context.
     * @param start what is known when the request begins
     * @param facilitator the kind of facilitator, such as {@code http}
     */
    public ExchangeObservationContext(ExchangeStart start, String facilitator) {
        this.start = start;
        this.facilitator = facilitator;
    }

    /**
     * Returns what is known when the request begins.
     * @return the start
     */
    public ExchangeStart getStart() {
        return this.start;
    }

    /**
     * Returns the kind of facilitator.
     * @return the kind, such as {@code http}
     */
    public String getFacilitator() {
        return this.facilitator;
    }

    /**
     * Returns the outcome of the request.
     * @return the end, or {@code null} while the request is in flight
     */
    public @Nullable ExchangeEnd getEnd() {
        return this.end;
    }

    /**
     * Returns the symbol of the token that was paid with.
     * @return the symbol, {@code other} if it is not configured, or {@code none} without
     * a payment
     */
    public String getAsset() {
        return this.asset;
    }

    /**
     * Returns the price in whole tokens.
     * @return the price, or {@code none} if it is unknown
     */
    public String getAmount() {
        return this.amount;
    }

    /**
     * Returns the keyed hash of the payer's address.
     * @return the hash, or {@code none} without a payment
     */
    public String getPayer() {
        return this.payer;
    }

    /**
     * Sets the outcome of a request without a payment.
     * @param end the end
     */
    public void setEnd(ExchangeEnd end) {
        this.end = end;
    }

    /**
     * Sets the outcome of a request with a payment.
     * @param end the end
     * @param asset the token's symbol
     * @param amount the price in whole tokens
     * @param payer the keyed hash of the payer's address
     */
    public void setEnd(ExchangeEnd end, String asset, String amount, String payer) {
        this.asset = asset;
        this.amount = amount;
        this.payer = payer;
        this.end = end;
    }

}

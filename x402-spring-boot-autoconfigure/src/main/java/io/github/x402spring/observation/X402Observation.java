package io.github.x402spring.observation;

import java.util.Locale;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation.Context;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * Observations of paid exchanges: each is a timer and a span.
 *
 * @since 0.1.0
 */
public enum X402Observation implements ObservationDocumentation {

    /** A request for a paid endpoint, from its handler being known to the last byte. */
    EXCHANGE("A request for a paid endpoint, from its handler being known to the last byte.",
            DefaultExchangeObservationConvention.class,
            names(PaymentKeyName.ENDPOINT, PaymentKeyName.FLOW, PaymentKeyName.RAIL, PaymentKeyName.DECISION,
                    PaymentKeyName.REASON, PaymentKeyName.DELIVERY, PaymentKeyName.SCHEME, PaymentKeyName.NETWORK,
                    PaymentKeyName.ASSET, PaymentKeyName.FACILITATOR),
            PaymentKeyName.REQUEST_ID, PaymentKeyName.PAYER, PaymentKeyName.AMOUNT, PaymentKeyName.TRANSACTION),

    /** A question to the facilitator whether a payment would settle. */
    VERIFY("A question to the facilitator whether a payment would settle.",
            DefaultFacilitatorObservationConvention.class,
            names(PaymentKeyName.OUTCOME, PaymentKeyName.SCHEME, PaymentKeyName.NETWORK, PaymentKeyName.ASSET,
                    PaymentKeyName.FACILITATOR),
            PaymentKeyName.FACILITATOR_REASON, PaymentKeyName.FACILITATOR_CORRELATION_ID),

    /** A request to the facilitator to settle a payment. */
    SETTLE("A request to the facilitator to settle a payment.", DefaultFacilitatorObservationConvention.class,
            VERIFY.lowCardinality, PaymentKeyName.FACILITATOR_REASON, PaymentKeyName.FACILITATOR_CORRELATION_ID,
            PaymentKeyName.TRANSACTION),

    /** The policy's decision whether the caller may have what it pays for. */
    AUTHORIZE("The policy's decision whether the caller may have what it pays for.",
            DefaultAuthorizeObservationConvention.class,
            names(PaymentKeyName.ENDPOINT, PaymentKeyName.OUTCOME, PaymentKeyName.REASON)),

    /** A question to the ledger, or a record in it, that a request waits for. */
    LEDGER("A question to the ledger, or a record in it, that a request waits for.",
            DefaultLedgerObservationConvention.class,
            names(PaymentKeyName.OPERATION, PaymentKeyName.OUTCOME, PaymentKeyName.LEDGER)),

    /** A round trip to the nodes of a chain, by the local facilitator or an inquiry. */
    CHAIN("A round trip to the nodes of a chain, by the local facilitator or an inquiry.",
            DefaultChainObservationConvention.class,
            names(PaymentKeyName.METHOD, PaymentKeyName.OUTCOME, PaymentKeyName.NETWORK));

    private final String description;

    private final Class<? extends ObservationConvention<? extends Context>> convention;

    private final KeyName[] lowCardinality;

    private final KeyName[] highCardinality;

    X402Observation(String description, Class<? extends ObservationConvention<? extends Context>> convention,
            KeyName[] lowCardinality, KeyName... highCardinality) {
        this.description = description;
        this.convention = convention;
        this.lowCardinality = lowCardinality;
        this.highCardinality = highCardinality;
    }

    /**
     * Returns what is observed, in one sentence.
     * @return the sentence
     */
    public String getDescription() {
        return this.description;
    }

    @Override
    public String getName() {
        return "x402." + lowerCaseName();
    }

    @Override
    public String getContextualName() {
        return "x402 " + lowerCaseName();
    }

    @Override
    public Class<? extends ObservationConvention<? extends Context>> getDefaultConvention() {
        return this.convention;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return this.lowCardinality.clone();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return this.highCardinality.clone();
    }

    @Override
    public String getPrefix() {
        return "";
    }

    private String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static KeyName[] names(KeyName... names) {
        return names;
    }

}

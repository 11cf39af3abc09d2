package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

import io.github.x402spring.protocol.FacilitatorRemark;

/**
 * Default {@link FacilitatorObservationConvention}. Values of meters are from closed
 * sets; the transaction and the facilitator's remark on a refusal are on spans only.
 *
 * @since 0.1.0
 */
public class DefaultFacilitatorObservationConvention implements FacilitatorObservationConvention {

    @Override
    public String getContextualName(FacilitatorObservationContext context) {
        return context.getOperation().getContextualName();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(FacilitatorObservationContext context) {
        return KeyValues.of(PaymentKeyName.OUTCOME.withValue(context.getOutcome()),
                PaymentKeyName.SCHEME.withValue(context.getTerms().scheme()),
                PaymentKeyName.NETWORK.withValue(context.getTerms().network().toString()),
                PaymentKeyName.ASSET.withValue(context.getAsset()),
                PaymentKeyName.FACILITATOR.withValue(context.getFacilitator()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(FacilitatorObservationContext context) {
        FacilitatorRemark remark = context.getRemark();
        KeyValues values = KeyValues.of(PaymentKeyName.FACILITATOR_REASON.withValue(orNone(remark.reason())),
                PaymentKeyName.FACILITATOR_CORRELATION_ID.withValue(orNone(remark.correlationId())));
        return (context.getOperation() == X402Observation.SETTLE)
                ? values.and(PaymentKeyName.TRANSACTION.withValue(context.getTransaction())) : values;
    }

    private static String orNone(String text) {
        return text.isEmpty() ? KeyValue.NONE_VALUE : text;
    }

}

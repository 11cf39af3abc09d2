package io.github.x402spring.observation;

import io.micrometer.common.KeyValues;
import org.springframework.util.Assert;

import io.github.x402spring.protocol.FacilitatorRemark;

/**
 * Describes calls to the facilitator with values from closed sets, and the transaction
 * and what a facilitator says of a refusal on spans only. Leaves the names as they are
 * documented: {@code x402.verify} and {@code x402.settle}.
 *
 * @since 0.1.0
 */
public final class DefaultFacilitatorObservationConvention implements FacilitatorObservationConvention {

    private final PaymentNames names;

    /**
     * Creates a convention.
     * @param names names what payments are made of
     */
    public DefaultFacilitatorObservationConvention(PaymentNames names) {
        Assert.notNull(names, "'names' must not be null");
        this.names = names;
    }

    @Override
    public String getContextualName(FacilitatorObservationContext context) {
        return context.getOperation().getContextualName();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(FacilitatorObservationContext context) {
        return KeyValues.of(PaymentKeyName.OUTCOME.withValue(context.getOutcome()),
                PaymentKeyName.SCHEME.withValue(this.names.scheme(context.getTerms())),
                PaymentKeyName.NETWORK.withValue(this.names.network(context.getTerms())),
                PaymentKeyName.ASSET.withValue(this.names.asset(context.getTerms())),
                PaymentKeyName.FACILITATOR.withValue(this.names.facilitator()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(FacilitatorObservationContext context) {
        FacilitatorRemark remark = context.getRemark();
        KeyValues said = KeyValues.of(PaymentKeyName.FACILITATOR_REASON.withValue(orNone(remark.reason())),
                PaymentKeyName.FACILITATOR_CORRELATION_ID.withValue(orNone(remark.correlationId())));
        return (context.getOperation() == X402Observation.SETTLE)
                ? said.and(PaymentKeyName.TRANSACTION.withValue(context.getTransaction())) : said;
    }

    private static String orNone(String text) {
        return text.isEmpty() ? PaymentNames.NONE : text;
    }

}

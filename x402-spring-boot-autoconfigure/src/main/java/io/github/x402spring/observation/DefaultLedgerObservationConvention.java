package io.github.x402spring.observation;

import io.micrometer.common.KeyValues;

/**
 * Default {@link LedgerObservationConvention}. All values are from closed sets.
 *
 * @since 0.1.0
 */
public class DefaultLedgerObservationConvention implements LedgerObservationConvention {

    @Override
    public String getName() {
        return X402Observation.LEDGER.getName();
    }

    @Override
    public String getContextualName(LedgerObservationContext context) {
        return X402Observation.LEDGER.getContextualName() + " " + context.getOperation();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(LedgerObservationContext context) {
        return KeyValues.of(PaymentKeyName.OPERATION.withValue(context.getOperation()),
                PaymentKeyName.OUTCOME.withValue(context.getOutcome()),
                PaymentKeyName.LEDGER.withValue(context.getLedger()));
    }

}

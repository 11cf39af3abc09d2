package io.github.x402spring.observation;

import io.micrometer.common.KeyValues;

/**
 * Default {@link ChainObservationConvention}. All values are from closed sets. The
 * address of the node is none of them, because it may carry credentials.
 *
 * @since 0.1.0
 */
public class DefaultChainObservationConvention implements ChainObservationConvention {

    @Override
    public String getName() {
        return X402Observation.CHAIN.getName();
    }

    @Override
    public String getContextualName(ChainObservationContext context) {
        return X402Observation.CHAIN.getContextualName();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(ChainObservationContext context) {
        return KeyValues.of(PaymentKeyName.METHOD.withValue(context.getMethod()),
                PaymentKeyName.OUTCOME.withValue(context.getOutcome()),
                PaymentKeyName.NETWORK.withValue(context.getNetwork().toString()));
    }

}

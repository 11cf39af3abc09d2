package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * {@link ObservationConvention} of calls to nodes. A bean of this type replaces the
 * default, {@link DefaultChainObservationConvention}, which may be extended.
 *
 * @since 0.1.0
 */
public interface ChainObservationConvention extends ObservationConvention<ChainObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ChainObservationContext;
    }

}

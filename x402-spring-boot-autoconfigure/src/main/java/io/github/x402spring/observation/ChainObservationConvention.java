package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and describes observations of calls to nodes. Declare a bean of this type to
 * replace the default.
 *
 * @since 0.1.0
 */
public interface ChainObservationConvention extends ObservationConvention<ChainObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ChainObservationContext;
    }

}

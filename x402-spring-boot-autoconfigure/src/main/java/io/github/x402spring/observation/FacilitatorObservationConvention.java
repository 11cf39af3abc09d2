package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and describes observations of calls to the facilitator. Declare a bean of this
 * type to replace the default.
 *
 * @since 0.1.0
 */
public interface FacilitatorObservationConvention extends ObservationConvention<FacilitatorObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof FacilitatorObservationContext;
    }

}

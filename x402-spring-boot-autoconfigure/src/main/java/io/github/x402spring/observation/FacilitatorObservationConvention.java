package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * {@link ObservationConvention} of calls to the facilitator. A bean of this type replaces
 * the default, {@link DefaultFacilitatorObservationConvention}, which may be extended.
 *
 * @since 0.1.0
 */
public interface FacilitatorObservationConvention extends ObservationConvention<FacilitatorObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof FacilitatorObservationContext;
    }

}

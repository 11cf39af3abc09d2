package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and describes observations of what policies decide. Declare a bean of this type
 * to replace the default.
 *
 * @since 0.1.0
 */
public interface AuthorizeObservationConvention extends ObservationConvention<AuthorizeObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof AuthorizeObservationContext;
    }

}

package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * {@link ObservationConvention} of policy decisions. A bean of this type replaces the
 * default, {@link DefaultAuthorizeObservationConvention}, which may be extended.
 *
 * @since 0.1.0
 */
public interface AuthorizeObservationConvention extends ObservationConvention<AuthorizeObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof AuthorizeObservationContext;
    }

}

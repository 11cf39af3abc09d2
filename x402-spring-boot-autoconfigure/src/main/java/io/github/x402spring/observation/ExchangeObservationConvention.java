package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * {@link ObservationConvention} of requests for paid endpoints. A bean of this type
 * replaces the default, {@link DefaultExchangeObservationConvention}, which may be
 * extended.
 *
 * @since 0.1.0
 */
public interface ExchangeObservationConvention extends ObservationConvention<ExchangeObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ExchangeObservationContext;
    }

}

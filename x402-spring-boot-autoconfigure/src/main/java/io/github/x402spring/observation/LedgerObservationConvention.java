package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * {@link ObservationConvention} of calls to the ledger. A bean of this type replaces the
 * default, {@link DefaultLedgerObservationConvention}, which may be extended.
 *
 * @since 0.1.0
 */
public interface LedgerObservationConvention extends ObservationConvention<LedgerObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof LedgerObservationContext;
    }

}

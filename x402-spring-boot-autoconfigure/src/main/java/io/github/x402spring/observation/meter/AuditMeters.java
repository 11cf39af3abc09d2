package io.github.x402spring.observation.meter;

import java.util.function.LongSupplier;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.util.Assert;

import io.github.x402spring.observation.X402Meter;

/**
 * Counts records of the audit that got lost.
 *
 * @since 0.1.0
 */
public final class AuditMeters implements MeterBinder {

    private final LongSupplier failures;

    /**
     * Creates a binder.
     * @param failures tells how many records were not written since the start
     */
    public AuditMeters(LongSupplier failures) {
        Assert.notNull(failures, "'failures' must not be null");
        this.failures = failures;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder(X402Meter.AUDIT_FAILURES.getName(), this.failures, LongSupplier::getAsLong)
            .description(X402Meter.AUDIT_FAILURES.getDescription())
            .register(registry);
    }

}

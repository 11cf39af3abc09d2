package io.github.x402spring.autoconfigure.observation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.Assert;

import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.UnknownSettlements;
import io.github.x402spring.observation.X402Meter;

/**
 * Gauges of how many settlements are unknown and how old the oldest is. The ledger is
 * queried every 30 seconds at most, and no reader of the meters waits for its reply.
 */
final class UnknownSettlementMeters implements MeterBinder {

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger logger = LoggerFactory.getLogger(UnknownSettlementMeters.class);

    private final PaymentHistory history;

    private final Clock clock;

    private final Executor executor;

    private final AtomicReference<Instant> due = new AtomicReference<>(Instant.MIN);

    private volatile @Nullable UnknownSettlements sample;

    UnknownSettlementMeters(PaymentHistory history, Clock clock, Executor executor) {
        Assert.notNull(history, "'history' must not be null");
        Assert.notNull(clock, "'clock' must not be null");
        Assert.notNull(executor, "'executor' must not be null");
        this.history = history;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(X402Meter.UNKNOWN_SETTLEMENTS.getName(), this, UnknownSettlementMeters::count)
            .description(X402Meter.UNKNOWN_SETTLEMENTS.getDescription())
            .strongReference(true)
            .register(registry);
        Gauge.builder(X402Meter.UNKNOWN_SETTLEMENTS_AGE.getName(), this, UnknownSettlementMeters::age)
            .description(X402Meter.UNKNOWN_SETTLEMENTS_AGE.getDescription())
            .baseUnit("seconds")
            .strongReference(true)
            .register(registry);
    }

    private double count() {
        UnknownSettlements sample = sample();
        return (sample != null) ? sample.count() : Double.NaN;
    }

    private double age() {
        UnknownSettlements sample = sample();
        if (sample == null) {
            return Double.NaN;
        }
        Instant oldest = sample.oldest();
        return (oldest == null) ? 0 : Math.max(0, Duration.between(oldest, this.clock.instant()).toSeconds());
    }

    private @Nullable UnknownSettlements sample() {
        Instant now = this.clock.instant();
        Instant due = this.due.get();
        if (!now.isBefore(due) && this.due.compareAndSet(due, now.plus(INTERVAL))) {
            this.executor.execute(this::refresh);
        }
        return this.sample;
    }

    private void refresh() {
        UnknownSettlements sample = null;
        try {
            sample = this.history.unknown();
        }
        catch (RuntimeException ex) {
            logger.debug("The payment ledger does not say how many settlements are unknown", ex);
        }
        this.sample = sample;
    }

}

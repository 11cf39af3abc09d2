package io.github.x402spring.autoconfigure.observation;

import java.util.function.Function;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.observation.PaymentKeyName;
import io.github.x402spring.observation.X402Meter;

/**
 * Shows whether payments are taken, whether the facilitator is asked, and how full a
 * ledger in memory is.
 */
final class StateMeters implements MeterBinder {

    private final PaymentIntake intake;

    private final FacilitatorCircuits circuits;

    private final PaymentLedger ledger;

    StateMeters(PaymentIntake intake, FacilitatorCircuits circuits, PaymentLedger ledger) {
        Assert.notNull(intake, "'intake' must not be null");
        Assert.notNull(circuits, "'circuits' must not be null");
        Assert.notNull(ledger, "'ledger' must not be null");
        this.intake = intake;
        this.circuits = circuits;
        this.ledger = ledger;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, X402Meter.ACCEPTING, Tags.empty(), this.intake, (intake) -> intake.accepting() ? 1 : 0);
        if (this.circuits.settle() != State.NONE) {
            circuit(registry, "verify", FacilitatorCircuits::verify);
            circuit(registry, "settle", FacilitatorCircuits::settle);
        }
        if (this.ledger.capacity() < Integer.MAX_VALUE) {
            gauge(registry, X402Meter.LEDGER_ENTRIES, Tags.empty(), this.ledger, PaymentLedger::size);
            gauge(registry, X402Meter.LEDGER_CAPACITY, Tags.empty(), this.ledger, PaymentLedger::capacity);
        }
    }

    private void circuit(MeterRegistry registry, String operation, Function<FacilitatorCircuits, State> circuit) {
        gauge(registry, X402Meter.FACILITATOR_CIRCUIT, Tags.of(PaymentKeyName.OPERATION.asString(), operation),
                this.circuits, (circuits) -> switch (circuit.apply(circuits)) {
                    case CLOSED, NONE -> 0;
                    case HALF_OPEN -> 0.5;
                    case OPEN -> 1;
                });
    }

    private static <T> void gauge(MeterRegistry registry, X402Meter meter, Tags tags, T state,
            Function<T, Number> value) {
        Gauge
            .builder(meter.getName(), state,
                    (@Nullable T now) -> (now != null) ? value.apply(now).doubleValue() : Double.NaN)
            .tags(tags)
            .description(meter.getDescription())
            .register(registry);
    }

}

package io.github.x402spring.observation;

import java.util.function.Function;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.resilience.ResilientFacilitator;
import io.github.x402spring.facilitator.resilience.ResilientFacilitator.Circuit;
import io.github.x402spring.gate.PaymentIntake;
import io.github.x402spring.ledger.InMemoryPaymentLedger;
import io.github.x402spring.ledger.PaymentLedger;

/**
 * Shows whether payments are taken, whether the facilitator is asked, and how full a
 * ledger in memory is.
 *
 * @since 0.1.0
 */
public final class StateMeters implements MeterBinder {

    private final PaymentIntake intake;

    private final Facilitator facilitator;

    private final PaymentLedger ledger;

    /**
     * Creates a binder.
     * @param intake says whether payments are taken
     * @param facilitator the facilitator as the gate asks it
     * @param ledger the ledger
     */
    public StateMeters(PaymentIntake intake, Facilitator facilitator, PaymentLedger ledger) {
        Assert.notNull(intake, "'intake' must not be null");
        Assert.notNull(facilitator, "'facilitator' must not be null");
        Assert.notNull(ledger, "'ledger' must not be null");
        this.intake = intake;
        this.facilitator = facilitator;
        this.ledger = ledger;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, X402Meter.ACCEPTING, Tags.empty(), this.intake, (intake) -> intake.accepting() ? 1 : 0,
                "Whether new payments are taken");
        if (this.facilitator instanceof ResilientFacilitator resilient) {
            circuit(registry, "verify", resilient, ResilientFacilitator::verifyCircuit);
            circuit(registry, "settle", resilient, ResilientFacilitator::settleCircuit);
        }
        if (this.ledger instanceof InMemoryPaymentLedger memory) {
            gauge(registry, X402Meter.LEDGER_ENTRIES, Tags.empty(), memory, InMemoryPaymentLedger::size,
                    "Payments that the ledger remembers");
            gauge(registry, X402Meter.LEDGER_CAPACITY, Tags.empty(), memory, InMemoryPaymentLedger::capacity,
                    "Payments that the ledger has room for");
        }
    }

    private static void circuit(MeterRegistry registry, String operation, ResilientFacilitator facilitator,
            Function<ResilientFacilitator, Circuit> circuit) {
        gauge(registry, X402Meter.FACILITATOR_CIRCUIT, Tags.of(PaymentKeyName.OPERATION.asString(), operation),
                facilitator, (asked) -> switch (circuit.apply(asked)) {
                    case CLOSED -> 0;
                    case HALF_OPEN -> 0.5;
                    case OPEN -> 1;
                }, "Whether calls to the facilitator are kept back");
    }

    private static <T> void gauge(MeterRegistry registry, X402Meter meter, Tags tags, T state,
            Function<T, Number> value, String description) {
        Gauge
            .builder(meter.getName(), state,
                    (@Nullable T now) -> (now != null) ? value.apply(now).doubleValue() : Double.NaN)
            .tags(tags)
            .description(description)
            .register(registry);
    }

}

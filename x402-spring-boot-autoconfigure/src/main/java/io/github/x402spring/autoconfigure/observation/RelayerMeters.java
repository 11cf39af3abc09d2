package io.github.x402spring.autoconfigure.observation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.github.x402spring.facilitator.evm.LocalEvmFacilitator;
import io.github.x402spring.facilitator.evm.RelayerStatus;
import io.github.x402spring.observation.X402Meter;
import io.github.x402spring.protocol.Network;

/**
 * Binder of meters for the relayers of a {@link LocalEvmFacilitator}:
 * {@code x402.relayer.balance}, what each has for gas, in wei,
 * {@code x402.relayer.transactions}, how many of its transactions wait,
 * {@code x402.relayer.gaps}, the numbers that the chain waits for and that none of them
 * has, and {@code x402.relayer.filled}, those that were given to a transaction; and for
 * its networks {@code x402.reverted.gas}, what payers burnt by transactions that were
 * reverted, and {@code x402.reverted.refusals}, payments refused because of that. Tagged
 * with the network and with the relayer's number there, in the order of the
 * configuration.
 */
final class RelayerMeters implements MeterBinder {

    private final LocalEvmFacilitator facilitator;

    RelayerMeters(LocalEvmFacilitator facilitator) {
        this.facilitator = facilitator;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        List<RelayerStatus> relayers = this.facilitator.relayers();
        Map<Network, Integer> numbers = new HashMap<>();
        for (int i = 0; i < relayers.size(); i++) {
            RelayerStatus relayer = relayers.get(i);
            Tags tags = Tags.of("network", relayer.network().toString(), "relayer",
                    numbers.merge(relayer.network(), 1, Integer::sum).toString());
            gauge(registry, X402Meter.RELAYER_BALANCE, tags, value(i, (now) -> now.balance().doubleValue()));
            gauge(registry, X402Meter.RELAYER_TRANSACTIONS, tags, value(i, RelayerStatus::transactions));
            gauge(registry, X402Meter.RELAYER_GAPS, tags, value(i, RelayerStatus::gaps));
            counter(registry, X402Meter.RELAYER_FILLED, tags, value(i, RelayerStatus::filled));
        }
        this.facilitator.revertedGas().keySet().forEach((network) -> {
            Tags tags = Tags.of("network", network.toString());
            counter(registry, X402Meter.REVERTED_GAS, tags, (now) -> now.revertedGas().get(network));
            counter(registry, X402Meter.REVERTED_REFUSALS, tags, (now) -> now.revertRefusals().get(network));
        });
    }

    private void gauge(MeterRegistry registry, X402Meter meter, Tags tags,
            ToDoubleFunction<LocalEvmFacilitator> value) {
        Gauge.builder(meter.getName(), this.facilitator, value)
            .description(meter.getDescription())
            .baseUnit(meter.getBaseUnit())
            .tags(tags)
            .register(registry);
    }

    private void counter(MeterRegistry registry, X402Meter meter, Tags tags,
            ToDoubleFunction<LocalEvmFacilitator> value) {
        FunctionCounter.builder(meter.getName(), this.facilitator, value)
            .description(meter.getDescription())
            .tags(tags)
            .register(registry);
    }

    private static ToDoubleFunction<LocalEvmFacilitator> value(int index, ToDoubleFunction<RelayerStatus> property) {
        return (facilitator) -> property.applyAsDouble(facilitator.relayers().get(index));
    }

}

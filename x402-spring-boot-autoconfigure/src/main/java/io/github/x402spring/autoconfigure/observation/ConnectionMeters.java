package io.github.x402spring.autoconfigure.observation;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.util.Assert;

import io.github.x402spring.observation.PaymentKeyName;
import io.github.x402spring.observation.X402Meter;
import io.github.x402spring.transport.ConnectionSource;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.PoolState;

/**
 * Binder of gauges for the pools of outgoing connections, one of each for every kind of
 * peer.
 */
final class ConnectionMeters implements MeterBinder {

    private final Map<Peer, List<ConnectionSource>> sources;

    ConnectionMeters(List<ConnectionSource> sources) {
        Assert.notNull(sources, "'sources' must not be null");
        this.sources = sources.stream()
            .collect(Collectors.groupingBy(ConnectionSource::peer, () -> new EnumMap<>(Peer.class),
                    Collectors.toList()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        this.sources.forEach((peer, pools) -> {
            gauge(registry, X402Meter.CONNECTIONS_LEASED, peer, pools, PoolState::leased);
            gauge(registry, X402Meter.CONNECTIONS_IDLE, peer, pools, PoolState::idle);
            gauge(registry, X402Meter.CONNECTIONS_WAITING, peer, pools, PoolState::waiting);
            gauge(registry, X402Meter.CONNECTIONS_MAX, peer, pools, PoolState::max);
        });
    }

    private static void gauge(MeterRegistry registry, X402Meter meter, Peer peer, List<ConnectionSource> pools,
            ToIntFunction<PoolState> value) {
        Gauge
            .builder(meter.getName(),
                    () -> value.applyAsInt(
                            pools.stream().map(ConnectionSource::connections).reduce(PoolState.NONE, PoolState::plus)))
            .tag(PaymentKeyName.PEER.asString(), peer.value())
            .description(meter.getDescription())
            .register(registry);
    }

}

package io.github.x402spring.autoconfigure.observation;

import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.transport.ConnectionSource;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.PoolState;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ConnectionMetersTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private PoolState state = new PoolState(3, 2, 1, 10);

    @Test
    void bindToWhenPoolsAreOfOneKindThenAreSummedUpAndFollowTheirState() {
        new ConnectionMeters(List.of(source(Peer.NODE), source(Peer.NODE), source(Peer.FACILITATOR)))
            .bindTo(this.registry);
        assertThat(value("leased", "node")).isEqualTo(6);
        assertThat(value("idle", "node")).isEqualTo(4);
        assertThat(value("waiting", "node")).isEqualTo(2);
        assertThat(value("max", "node")).isEqualTo(20);
        assertThat(value("max", "facilitator")).isEqualTo(10);
        this.state = new PoolState(0, 5, 0, 10);
        assertThat(value("leased", "facilitator")).isZero();
        assertThat(value("idle", "node")).isEqualTo(10);
    }

    @Test
    void bindToWhenThereIsNoPoolThenNoMeters() {
        new ConnectionMeters(List.of()).bindTo(this.registry);
        assertThat(this.registry.getMeters()).isEmpty();
    }

    private double value(String name, String peer) {
        return this.registry.get("x402.connections." + name).tag("peer", peer).gauge().value();
    }

    private ConnectionSource source(Peer peer) {
        return new ConnectionSource() {

            @Override
            public Peer peer() {
                return peer;
            }

            @Override
            public PoolState connections() {
                return ConnectionMetersTests.this.state;
            }

        };
    }

}

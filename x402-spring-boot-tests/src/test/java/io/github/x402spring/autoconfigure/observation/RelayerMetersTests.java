package io.github.x402spring.autoconfigure.observation;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.evm.LocalEvmFacilitator;
import io.github.x402spring.facilitator.evm.RelayerStatus;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class RelayerMetersTests {

    private static final Network BASE = Network.parse("base");

    private static final Network POLYGON = Network.parse("polygon");

    private final LocalEvmFacilitator facilitator = mock(LocalEvmFacilitator.class);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void bindWhenNetworksHaveSeveralRelayersThenEachIsNumberedThere() {
        given(this.facilitator.relayers())
            .willReturn(List.of(relayer(BASE, 10, 1), relayer(POLYGON, 20, 2), relayer(BASE, 30, 3)));
        new RelayerMeters(this.facilitator).bindTo(this.registry);
        assertThat(balance("eip155:8453", "1")).isEqualTo(10);
        assertThat(balance("eip155:137", "1")).isEqualTo(20);
        assertThat(balance("eip155:8453", "2")).isEqualTo(30);
        assertThat(transactions("eip155:8453", "2")).isEqualTo(3);
        assertThat(value("x402.relayer.gaps", "eip155:8453", "2")).isEqualTo(7);
        assertThat(this.registry.get("x402.relayer.filled").tags("relayer", "2").functionCounter().count())
            .isEqualTo(7);
        assertThat(this.registry.getMeters()).hasSize(12);
    }

    @Test
    void bindWhenNetworksHaveRevertsThenEachHasItsCounters() {
        given(this.facilitator.revertedGas()).willReturn(Map.of(BASE, 70_000L, POLYGON, 0L));
        given(this.facilitator.revertRefusals()).willReturn(Map.of(BASE, 3L, POLYGON, 0L));
        new RelayerMeters(this.facilitator).bindTo(this.registry);
        assertThat(counter("x402.reverted.gas", "eip155:8453")).isEqualTo(70_000);
        assertThat(counter("x402.reverted.refusals", "eip155:8453")).isEqualTo(3);
        assertThat(counter("x402.reverted.gas", "eip155:137")).isZero();
    }

    @Test
    void gaugeWhenARelayerSpendsThenFollows() {
        given(this.facilitator.relayers()).willReturn(List.of(relayer(BASE, 10, 1)));
        new RelayerMeters(this.facilitator).bindTo(this.registry);
        given(this.facilitator.relayers()).willReturn(List.of(relayer(BASE, 4, 0)));
        assertThat(balance("eip155:8453", "1")).isEqualTo(4);
        assertThat(transactions("eip155:8453", "1")).isZero();
    }

    @Test
    void bindWhenMeteredThenNoAddressIsATag() {
        given(this.facilitator.relayers()).willReturn(List.of(relayer(BASE, 10, 1)));
        new RelayerMeters(this.facilitator).bindTo(this.registry);
        assertThat(this.registry.getMeters()).allSatisfy(
                (meter) -> assertThat(meter.getId().getTags()).noneMatch((tag) -> tag.getValue().startsWith("0x")));
    }

    private static RelayerStatus relayer(Network network, long balance, int transactions) {
        return new RelayerStatus(network, EvmAddress.parse("0x" + "a".repeat(40)), BigInteger.valueOf(balance),
                transactions, transactions + 4, 7);
    }

    private double balance(String network, String relayer) {
        return value("x402.relayer.balance", network, relayer);
    }

    private double counter(String meter, String network) {
        return this.registry.get(meter).tags("network", network).functionCounter().count();
    }

    private double transactions(String network, String relayer) {
        return value("x402.relayer.transactions", network, relayer);
    }

    private double value(String meter, String network, String relayer) {
        return this.registry.get(meter).tags("network", network, "relayer", relayer).gauge().value();
    }

}

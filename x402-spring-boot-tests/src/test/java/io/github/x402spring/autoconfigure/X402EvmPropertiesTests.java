package io.github.x402spring.autoconfigure;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.github.x402spring.autoconfigure.X402EvmProperties.EvmNetwork;
import io.github.x402spring.autoconfigure.X402EvmProperties.Keystore;
import io.github.x402spring.autoconfigure.X402EvmProperties.RevertedGas;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402EvmPropertiesTests {

    @Test
    void bindWhenNothingIsSetThenDefaults() {
        assertThat(bind(Map.of())).isEqualTo(new X402EvmProperties(null, List.of(), List.of(), new Keystore(null, null),
                1, BigDecimal.valueOf(100), null, 300_000, Duration.ofMillis(500), 2_000, 12, 100,
                new RevertedGas(1_000_000, 5_000_000), List.of(), Map.of()));
    }

    @Test
    void bindWhenEverythingIsSetThenEverythingIsRead() {
        X402EvmProperties properties = bind(Map.ofEntries(Map.entry("x402.evm.accept-contract-signatures", "true"),
                Map.entry("x402.evm.rpc-urls", "http://n"), Map.entry("x402.evm.relayer-keys[0]", "l"),
                Map.entry("x402.evm.keystore.location", "file:f"), Map.entry("x402.evm.keystore.password", "p"),
                Map.entry("x402.evm.confirmations", "2"), Map.entry("x402.evm.max-fee-gwei", "3.5"),
                Map.entry("x402.evm.priority-fee-gwei", "4"), Map.entry("x402.evm.max-gas", "5"),
                Map.entry("x402.evm.poll-interval", "6s"), Map.entry("x402.evm.lookback-blocks", "7"),
                Map.entry("x402.evm.reorganization-depth", "8"), Map.entry("x402.evm.warn-below-transfers", "9"),
                Map.entry("x402.evm.reverted-gas.per-wallet", "13"), Map.entry("x402.evm.reverted-gas.per-hour", "14"),
                Map.entry("x402.evm.wallet-factories[0]", "0x0a"),
                Map.entry("x402.evm.networks.base.rpc-urls", "http://o,http://p"),
                Map.entry("x402.evm.networks.base.confirmations", "11"),
                Map.entry("x402.evm.networks.base.max-fee-gwei", "12")));

        assertThat(properties).isEqualTo(new X402EvmProperties(true, List.of("http://n"), List.of("l"),
                new Keystore("file:f", "p"), 2, new BigDecimal("3.5"), BigDecimal.valueOf(4), 5, Duration.ofSeconds(6),
                7, 8, 9, new RevertedGas(13, 14), List.of("0x0a"),
                Map.of("base", new EvmNetwork(List.of("http://o", "http://p"), 11, BigDecimal.valueOf(12)))));
    }

    private static X402EvmProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402.evm",
                X402EvmProperties.class);
    }

}

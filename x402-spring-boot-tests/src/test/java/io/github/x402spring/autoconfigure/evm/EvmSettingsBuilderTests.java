package io.github.x402spring.autoconfigure.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.web3j.crypto.Credentials;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402EvmProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.facilitator.evm.EvmNetworkSettings;
import io.github.x402spring.facilitator.evm.LocalEvmSettings;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class EvmSettingsBuilderTests {

    private static final Credentials RELAYER = Credentials
        .create("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");

    private final Map<String, String> properties = new HashMap<>(
            Map.of("x402.evm.rpc-urls", "https://n.example.com/v2/account-secret"));

    @Test
    void buildWhenOnlyANodeIsNamedThenHasTheDefaults() {
        LocalEvmSettings settings = builder().build();
        assertThat(settings.networks()).containsExactly(new EvmNetworkSettings(Network.parse("base-sepolia"),
                List.of(URI.create("https://n.example.com/v2/account-secret")), 1, gwei(100), null,
                BigInteger.valueOf(300_000), Duration.ofMillis(500), 2000, 12));
        assertThat(settings.relayers()).containsExactly(RELAYER);
        assertThat(settings.rpcTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.settleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.maxConcurrentCalls()).isEqualTo(64);
        assertThat(settings.warnBelowTransfers()).isEqualTo(100);
    }

    @Test
    void networksWhenOneHasItsOwnSettingsThenOnlyThatOneHas() {
        set("x402.evm.confirmations", "3");
        set("x402.evm.max-fee-gwei", "50");
        set("x402.evm.networks.base.rpc-urls", " https://a.example.com ,https://b.example.com");
        set("x402.evm.networks.base.confirmations", "9");
        set("x402.evm.networks.base.max-fee-gwei", "0.5");
        List<EvmNetworkSettings> networks = builder().networks();
        assertThat(networks).extracting(EvmNetworkSettings::network)
            .containsExactly(Network.parse("base-sepolia"), Network.parse("base"));
        assertThat(networks).extracting(EvmNetworkSettings::confirmations).containsExactly(3, 9);
        assertThat(networks).extracting(EvmNetworkSettings::maxFeePerGas)
            .containsExactly(gwei(50), BigInteger.valueOf(500_000_000));
        assertThat(networks.get(1).rpcUrls()).containsExactly(URI.create("https://a.example.com"),
                URI.create("https://b.example.com"));
    }

    @ParameterizedTest
    @CsvSource({ "0,0", "0.000000001,1", "1.5,1500000000" })
    void networksWhenThePriorityFeeIsInGweiThenIsInWei(String gwei, BigInteger wei) {
        set("x402.evm.priority-fee-gwei", gwei);
        assertThat(builder().networks().get(0).priorityFeePerGas()).isEqualTo(wei);
    }

    @ParameterizedTest
    @ValueSource(strings = { "base-sepolia", "[eip155:84532]" })
    void networksWhenOneIsNamedTwiceThenSaysWhich(String name) {
        String brackets = name.startsWith("[") ? name : "." + name;
        set("x402.evm.networks" + brackets + ".rpc-urls", "https://a.example.com");
        assertFails("eip155:84532 are named twice", "x402.evm.rpc-urls");
    }

    @ParameterizedTest
    @CsvSource({ "x402.evm.confirmations,0", "x402.evm.networks.base.confirmations,0", "x402.evm.max-fee-gwei,0",
            "x402.evm.max-fee-gwei,0.0000000009", "x402.evm.networks.base.max-fee-gwei,0.0000000001",
            "x402.evm.priority-fee-gwei,0.0000000001", "x402.evm.priority-fee-gwei,-1" })
    void networksWhenANumberCannotBeUsedThenNamesItsProperty(String property, String value) {
        set("x402.evm.networks.base.rpc-urls", "https://a.example.com");
        set(property, value);
        assertFails(property + " cannot be used", "Set " + property + " to a number");
    }

    @Test
    void networksWhenNoneIsNamedThenThereAreNone() {
        set("x402.evm.rpc-urls", "");
        assertThat(builder().networks()).isEmpty();
        assertFails("no node of any chain", "a node of base-sepolia");
    }

    @ParameterizedTest
    @ValueSource(strings = { "account-secret", "wss://account-secret", "https://", "https:account-secret",
            "ftp://n.example.com/account-secret", "ht tp://account-secret", "https://account-secret:port",
            "file:///account-secret" })
    void networksWhenAnAddressCannotBeUsedThenIsNotQuoted(String url) {
        set("x402.evm.rpc-urls", url);
        assertFails("The address of a node in x402.evm.rpc-urls cannot be used", "x402.evm.rpc-urls");
    }

    @Test
    void buildWhenFactoriesAreNamedThenEachIsThereOnce() {
        set("x402.evm.wallet-factories", "0x" + "a".repeat(40) + ",0x" + "A".repeat(40) + ",0x" + "b".repeat(40));
        assertThat(builder().build().walletFactories()).containsExactlyInAnyOrder(
                EvmAddress.parse("0x" + "a".repeat(40)), EvmAddress.parse("0x" + "b".repeat(40)));
    }

    @Test
    void buildWhenAKeyStandsAmongFactoriesThenIsNotQuoted() {
        set("x402.evm.wallet-factories", "0x" + "c".repeat(64));
        assertFails("x402.evm.wallet-factories has an entry that is not an address", "0x and 40");
    }

    private void set(String property, String value) {
        this.properties.put(property, value);
    }

    private EvmSettingsBuilder builder() {
        Binder binder = new Binder(new MapConfigurationPropertySource(this.properties));
        return new EvmSettingsBuilder(binder.bindOrCreate("x402", X402Properties.class),
                binder.bindOrCreate("x402.evm", X402EvmProperties.class), List.of(RELAYER));
    }

    private void assertFails(String problem, String remedy) {
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> builder().build());
        assertThat(failure.getMessage()).contains(problem);
        assertThat(failure.action()).contains(remedy);
        assertThat(failure.getMessage() + failure.action()).doesNotContain("account-secret", "cccc");
        assertThat(failure.getCause()).isNull();
    }

    private static BigInteger gwei(long gwei) {
        return BigInteger.valueOf(gwei).multiply(BigInteger.valueOf(1_000_000_000));
    }

}

package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EvmNetworkSettingsTests {

    private static final URI NODE = URI.create("https://user:secret@rpc.example.com/key");

    @ParameterizedTest
    @CsvSource({ "0, 1, , 1, 10, 1, 0, confirmations", "1, 0, , 1, 10, 1, 0, maxFeePerGas",
            "1, -1, , 1, 10, 1, 0, maxFeePerGas", "1, 1, -1, 1, 10, 1, 0, priorityFeePerGas",
            "1, 1, , 0, 10, 1, 0, maxGas", "1, 1, , 1, 9, 1, 0, pollInterval", "1, 1, , 1, -1, 1, 0, pollInterval",
            "1, 1, , 1, 10, 0, 0, lookbackBlocks", "1, 1, , 1, 10, 1, -1, reorganizationDepth" })
    void createWhenABoundIsBrokenThenFailsAndNamesIt(int confirmations, BigInteger maxFee, @Nullable BigInteger tip,
            BigInteger maxGas, long pollMillis, int lookback, int depth, String name) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new EvmNetworkSettings(Network.parse("base"), List.of(NODE), confirmations, maxFee, tip,
                    maxGas, Duration.ofMillis(pollMillis), lookback, depth))
            .withMessageContaining("'" + name + "'");
    }

    @Test
    void createWhenAtTheBoundsThenKept() {
        EvmNetworkSettings settings = new EvmNetworkSettings(Network.parse("base"), List.of(NODE), 1, BigInteger.ONE,
                BigInteger.ZERO, BigInteger.ONE, Duration.ofMillis(10), 1, 0);
        assertThat(settings.rpcUrls()).containsExactly(NODE);
        assertThat(settings.priorityFeePerGas()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "ftp://rpc.example.com", "file:///etc/passwd", "/rpc", "https:///rpc",
            "ws://rpc.example.com", "mailto:a@b" })
    void createWhenAnAddressIsNoNodesThenFailsWithoutQuotingIt(URI url) {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(Network.parse("base"), List.of(NODE, url)))
            .withMessageStartingWith("'rpcUrls' must")
            .withMessageNotContaining(url.toString());
    }

    @Test
    void createWhenThereIsNoNodeThenFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(Network.parse("base"), List.of()))
            .withMessage("'rpcUrls' must not be empty");
    }

    @Test
    void createWhenNetworkIsNoEvmChainThenFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(Network.parse("solana"), List.of(NODE)))
            .withMessage("'network' must be an EVM network");
    }

    @Test
    void createWhenSchemeIsInUpperCaseThenTaken() {
        URI upper = URI.create("HTTPS://rpc.example.com");
        assertThat(settings(Network.parse("base"), List.of(upper)).rpcUrls()).containsExactly(upper);
    }

    @Test
    void createWhenAddressesChangeAfterwardsThenUntouched() {
        List<URI> urls = new ArrayList<>(List.of(NODE));
        EvmNetworkSettings settings = settings(Network.parse("base"), urls);
        urls.add(URI.create("file:///etc/passwd"));
        assertThat(settings.rpcUrls()).containsExactly(NODE);
    }

    @Test
    void toStringWhenPrintedThenNamesTheNetworkOnly() {
        assertThat(settings(Network.parse("base"), List.of(NODE)))
            .hasToString("EvmNetworkSettings[network=eip155:8453]");
    }

    private static EvmNetworkSettings settings(Network network, List<URI> urls) {
        return new EvmNetworkSettings(network, urls, 1, BigInteger.ONE, null, BigInteger.ONE, Duration.ofSeconds(1), 1,
                0);
    }

}

package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.crypto.Credentials;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LocalEvmSettingsTests {

    private static final String SECRET = "42".repeat(32);

    private static final Credentials KEY = Credentials.create("0x" + SECRET);

    private static final EvmNetworkSettings NETWORK = new EvmNetworkSettings(Network.parse("base"),
            List.of(URI.create("https://user:secret@rpc.example.com")), 1, BigInteger.ONE, null, BigInteger.ONE,
            Duration.ofSeconds(1), 1, 0);

    @ParameterizedTest
    @CsvSource({ "0, 1000, 1, 0, 1, 1, rpcTimeout", "-1, 1000, 1, 0, 1, 1, rpcTimeout",
            "1000, 0, 1, 0, 1, 1, settleTimeout", "1000, 1000, 0, 0, 1, 1, maxConcurrentCalls",
            "1000, 1000, 1, -1, 1, 1, warnBelowTransfers", "1000, 1000, 1, 0, 0, 1, revertedGasPerWallet",
            "1000, 1000, 1, 0, 1, 0, revertedGasPerHour" })
    void createWhenABoundIsBrokenThenFailsAndNamesIt(long rpcMillis, long settleMillis, int calls, int warnBelow,
            long perWallet, long perHour, String name) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new LocalEvmSettings(List.of(NETWORK), List.of(KEY), Duration.ofMillis(rpcMillis),
                    Duration.ofMillis(settleMillis), calls, Set.of(), warnBelow, perWallet, perHour))
            .withMessageStartingWith("'" + name + "'");
    }

    @Test
    void createWhenAKeyIsNamedTwiceThenFailsWithoutQuotingIt() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> settings(List.of(NETWORK), List.of(KEY, Credentials.create(SECRET))))
            .withMessage("'relayers' must not name a key twice");
    }

    @Test
    void createWhenThereIsNoKeyOrNetworkThenFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(List.of(NETWORK), List.of()))
            .withMessage("'relayers' must not be empty");
        assertThatIllegalArgumentException().isThrownBy(() -> settings(List.of(), List.of(KEY)))
            .withMessage("'networks' must not be empty");
    }

    @Test
    void toStringWhenPrintedThenNamesNeitherKeysNorNodes() {
        assertThat(settings(List.of(NETWORK), List.of(KEY, Credentials.create("0x" + "43".repeat(32)))))
            .hasToString("LocalEvmSettings[networks=[EvmNetworkSettings[network=eip155:8453]], relayers=2]");
    }

    private static LocalEvmSettings settings(List<EvmNetworkSettings> networks, List<Credentials> relayers) {
        return new LocalEvmSettings(networks, relayers, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Set.of(), 0, 1,
                1);
    }

}

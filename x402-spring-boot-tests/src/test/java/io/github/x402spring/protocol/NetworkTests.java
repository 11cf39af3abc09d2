package io.github.x402spring.protocol;

import java.math.BigInteger;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class NetworkTests {

    @ParameterizedTest
    @CsvSource({ "base, eip155:8453", "base-sepolia, eip155:84532", "ethereum, eip155:1", "sepolia, eip155:11155111",
            "avalanche, eip155:43114", "avalanche-fuji, eip155:43113", "polygon, eip155:137",
            "polygon-amoy, eip155:80002", "sei, eip155:1329", "sei-testnet, eip155:1328", "abstract, eip155:2741",
            "abstract-testnet, eip155:11124", "iotex, eip155:4689", "peaq, eip155:3338", "story, eip155:1514",
            "educhain, eip155:41923", "skale-base-sepolia, eip155:324705682", "megaeth, eip155:4326",
            "monad, eip155:143", "stable, eip155:988", "stable-testnet, eip155:2201", "celo, eip155:42220",
            "flare, eip155:14", "solana, solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
            "solana-devnet, solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1",
            "solana-testnet, solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z" })
    void parseWhenV1NameThenNetworkAndBack(String name, String caip2) {
        Network network = Network.parse(name);
        assertThat(network).hasToString(caip2).isEqualTo(Network.parse(caip2));
        assertThat(Network.ofV1Name(name)).contains(network);
        assertThat(network.v1Name()).contains(name);
    }

    @ParameterizedTest
    @CsvSource({ "arbitrum, eip155:42161", "arbitrum-sepolia, eip155:421614", "optimism, eip155:10",
            "optimism-sepolia, eip155:11155420", "celo-sepolia, eip155:11142220", "localhost, eip155:31337" })
    void parseWhenAliasThatV1DoesNotKnowThenNetworkWithoutV1Name(String alias, String caip2) {
        Network network = Network.parse(alias);
        assertThat(network).hasToString(caip2);
        assertThat(Network.ofV1Name(alias)).isEmpty();
        assertThat(network.v1Name()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "eip155:8453", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "cloudflare:402", "abc:-_aZ09",
            "polkadot:b0a8d493285c2df73290dfb7e61f870f", "eip155:99999999999999999999999999999999" })
    void parseWhenCaip2ThenKept(String text) {
        assertThat(Network.parse(text)).hasToString(text);
        assertThat(Network.tryParse(text)).contains(Network.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ":", "eip155", "eip155:", ":1", "EIP155:1", "Eip155:1", "BASE", "Base", "base ",
            " base", "eip155:1 ", " eip155:1", "eip155:1\n", "eip155:0", "eip155:01", "eip155:-1", "eip155:+1",
            "eip155:0x1", "eip155:1e3", "eip155:\uff11", "eip155:\u0661", "eip155:*", "eip155:1:2", "ab:1",
            "abcdefghijk:1", "e\u0131p155:1", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp0", "a_b:1", "abc:a.b",
            "eip155:999999999999999999999999999999999" })
    void parseWhenNeitherCaip2NorAliasThenRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text))
            .withMessageStartingWith("'network' ");
        assertThat(Network.tryParse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "base-sepola, did you mean base-sepolia?", "Base, did you mean base?",
            "arbitrun, did you mean arbitrum?", "quite-another, 'known are abstract, abstract-testnet, arbitrum, '" })
    void parseWhenMisspelledThenNamesTheNearestOrAll(String text, String hint) {
        assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text))
            .withMessageContaining(hint)
            .withMessageContaining("eip155:8453");
    }

    @Test
    void tryParseWhenAliasOrNothingThenEmpty() {
        assertThat(Network.tryParse("base")).isEmpty();
        assertThat(Network.tryParse(null)).isEmpty();
    }

    @Test
    void ofV1NameWhenCaip2OrNothingThenEmpty() {
        assertThat(Network.ofV1Name("eip155:8453")).isEmpty();
        assertThat(Network.ofV1Name("BASE")).isEmpty();
        assertThat(Network.ofV1Name(null)).isEmpty();
    }

    @Test
    void chainIdWhenEvmThenNumber() {
        assertThat(Network.parse("base").isEvm()).isTrue();
        assertThat(Network.parse("base").chainId()).isEqualTo(BigInteger.valueOf(8453));
    }

    @Test
    void chainIdWhenNotEvmThenRefused() {
        assertThat(Network.parse("solana").isEvm()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> Network.parse("solana").chainId());
    }

    @ParameterizedTest
    @ValueSource(strings = { "base-sepolia", "sepolia", "avalanche-fuji", "polygon-amoy", "sei-testnet",
            "abstract-testnet", "skale-base-sepolia", "stable-testnet", "arbitrum-sepolia", "optimism-sepolia",
            "celo-sepolia", "localhost", "solana-devnet", "solana-testnet", "eip155:31611", "eip155:72344",
            "eip155:181228", "eip155:51", "eip155:1337" })
    void isTestNetworkWhenTokensAreKnownToBeWorthlessThenTrue(String text) {
        assertThat(Network.parse(text).isTestNetwork()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "base", "ethereum", "avalanche", "polygon", "sei", "abstract", "iotex", "peaq", "story",
            "educhain", "megaeth", "monad", "stable", "celo", "flare", "arbitrum", "optimism", "solana",
            "eip155:845320", "eip155:123456789", "cloudflare:84532" })
    void isTestNetworkWhenMainOrUnknownThenFalse(String text) {
        assertThat(Network.parse(text).isTestNetwork()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "eip155:84532,base-sepolia", "eip155:8453,base", "eip155:42161,arbitrum", "eip155:31337,localhost",
            "eip155:72344,", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp,solana" })
    void aliasWhenThereIsOneThenIsWhatConfigurationTakes(String name, @Nullable String alias) {
        assertThat(Network.tryParse(name).flatMap(Network::alias)).isEqualTo(Optional.ofNullable(alias));
        if (alias != null) {
            assertThat(Network.parse(alias)).hasToString(name);
        }
    }

}

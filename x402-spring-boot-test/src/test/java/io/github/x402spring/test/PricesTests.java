package io.github.x402spring.test;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PricesTests {

    private static final Network BASE = Network.parse("base");

    private static final Asset FIRST = token("FIRST", "0x" + "1".repeat(40));

    private static final Asset DOLLAR = token("DOLLAR", "0x" + "2".repeat(40));

    private static final Asset BEAN = token("BEAN", "0x" + "3".repeat(40));

    private static final String USDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";

    private static final AssetRegistry ASSETS = new AssetRegistry(List.of(FIRST, DOLLAR, BEAN), Set.of(DOLLAR));

    @ParameterizedTest
    @CsvSource({ "$0.01, 1, true", "0.01, 1, true", "$0.01, 2, true", "$0.01, 3, false", "0.01, 3, false",
            "0.01 BEAN, 3, true", "0.01 bean, 3, false", "0.01 BEAN, 2, false", "0.01 USD, 3, false",
            "0.02 BEAN, 3, false", "0.001 BEAN, 3, false", "$0.01, 4, false" })
    void parseWhenTokenIsConfiguredThenMatchesByNameOrAsDollars(String price, String digit, boolean expected) {
        assertThat(Prices.parse(price, ASSETS).test(BASE, "0x" + digit.repeat(40), TokenAmount.of(1)))
            .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({ "$0.01, true", "0.01 USDC, true", "0.01 BEAN, false" })
    void parseWhenTokenIsAPresetThenDollars(String price, boolean expected) {
        assertThat(Prices.parse(price, ASSETS).test(BASE, USDC, TokenAmount.of(10_000))).isEqualTo(expected);
    }

    private static Asset token(String symbol, String address) {
        return new Asset(BASE, symbol, address, symbol, "1", 2, null);
    }

}

package io.github.x402spring.asset;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class AssetTests {

    @ParameterizedTest
    @ValueSource(ints = { -1, 78, Integer.MAX_VALUE })
    void createWhenDecimalsDoNotFitUint256ThenFails(int decimals) {
        assertThatIllegalArgumentException().isThrownBy(() -> asset(decimals, null, false))
            .withMessage("'decimals' must be between 0 and 77");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 77 })
    void createWhenDecimalsAreAtTheBoundsThenKept(int decimals) {
        assertThat(asset(decimals, null, false).decimals()).isEqualTo(decimals);
    }

    @Test
    void extraWhenEip3009ThenDomainAndNoMethod() {
        assertThat(asset(6, null, false).extra()).isEqualTo(Map.of("name", "USD Coin", "version", "2"));
    }

    @Test
    void extraWhenOtherMethodSignsNothingWithTheDomainThenMethodOnly() {
        assertThat(asset(6, "permit2", false).extra()).isEqualTo(Map.of("assetTransferMethod", "permit2"));
    }

    @Test
    void extraWhenPermitsAreSignedWithTheDomainThenBoth() {
        assertThat(asset(6, "permit2", true).extra())
            .isEqualTo(Map.of("name", "USD Coin", "version", "2", "assetTransferMethod", "permit2"));
    }

    @Test
    void extraWhenThereIsNoDomainThenEmpty() {
        assertThat(new Asset(Network.parse("solana-devnet"), "USDC", "4zMM", "", "2", 6, null).extra()).isEmpty();
    }

    @Test
    void extraWhenChangedThenTheNextOneIsNot() {
        Asset asset = asset(6, null, false);
        asset.extra().put("name", "Other");
        assertThat(asset.extra()).containsEntry("name", "USD Coin");
    }

    private static Asset asset(int decimals, @Nullable String transferMethod, boolean supportsEip2612) {
        return new Asset(Network.parse("base"), "USDC", "0xA", "USD Coin", "2", decimals, transferMethod,
                supportsEip2612);
    }

}

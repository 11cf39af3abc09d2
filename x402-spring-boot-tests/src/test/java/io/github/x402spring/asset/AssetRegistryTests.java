package io.github.x402spring.asset;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class AssetRegistryTests {

    private static final Network CELO = Network.parse("celo");

    private static final Network LOCAL = Network.parse("localhost");

    private final AssetRegistry presets = new AssetRegistry(List.of());

    @Test
    void findWhenNothingIsNamedThenFirstPresetOfTheNetwork() {
        assertThat(this.presets.find(CELO, null)).get().extracting(Asset::symbol).isEqualTo("USDC");
    }

    @Test
    void findWhenSymbolThenPreset() {
        assertThat(this.presets.find(CELO, "USDT")).get().extracting(Asset::name).isEqualTo("Tether USD");
    }

    @Test
    void findWhenAddressInAnotherCaseThenPreset() {
        assertThat(this.presets.find(CELO, "0x48065FBBE25F71C9282DDF5E1CD6D6A887483D5E")).get()
            .extracting(Asset::symbol)
            .isEqualTo("USDT");
    }

    @Test
    void atWhenNamedByTheWireThenFoundByAddressOnly() {
        String address = "0x48065FBBE25F71C9282DDF5E1CD6D6A887483D5E";
        assertThat(this.presets.at(CELO.toString(), address)).get().extracting(Asset::symbol).isEqualTo("USDT");
        assertThat(this.presets.at(CELO.toString(), "USDT")).isEmpty();
        assertThat(this.presets.at("celo", address)).isEmpty();
        assertThat(this.presets.at("eip155:8453", address)).isEmpty();
        assertThat(this.presets.at("", "")).isEmpty();
    }

    @Test
    void findWhenSymbolInAnotherCaseThenEmpty() {
        assertThat(this.presets.find(CELO, "usdt")).isEmpty();
    }

    @Test
    void findWhenSymbolOfAnotherNetworkThenEmpty() {
        assertThat(this.presets.find(Network.parse("base"), "USDT")).isEmpty();
    }

    @Test
    void findWhenNetworkHasNoAssetThenEmpty() {
        assertThat(this.presets.find(LOCAL, null)).isEmpty();
        assertThat(this.presets.find(LOCAL, "USDC")).isEmpty();
    }

    @Test
    void findWhenNothingIsNamedThenFirstConfiguredOfTheNetwork() {
        Asset elsewhere = asset(LOCAL, "EURC", 1);
        Asset first = asset(CELO, "EURC", 2);
        Asset second = asset(CELO, "GBPC", 3);
        assertThat(new AssetRegistry(List.of(elsewhere, first, second)).find(CELO, null)).contains(first);
    }

    @Test
    void findWhenConfiguredHasThePresetsSymbolThenConfigured() {
        Asset configured = asset(CELO, "USDC", 1);
        assertThat(new AssetRegistry(List.of(configured)).find(CELO, "USDC")).contains(configured);
    }

    @Test
    void findWhenConfiguredHasThePresetsSymbolThenPresetIsStillFoundByAddress() {
        Asset preset = this.presets.find(CELO, "USDC").orElseThrow();
        AssetRegistry registry = new AssetRegistry(List.of(asset(CELO, "USDC", 1)));
        assertThat(registry.find(CELO, preset.address())).contains(preset);
    }

    @Test
    void findWhenConfiguredHasThePresetsAddressThenConfigured() {
        Asset preset = this.presets.find(CELO, "USDC").orElseThrow();
        Asset configured = new Asset(CELO, "DOLLAR", preset.address(), "Dollar", "7", 6, null);
        assertThat(new AssetRegistry(List.of(configured)).find(CELO, preset.address())).contains(configured);
    }

    @Test
    void createWhenTwoConfiguredShareASymbolThenRefused() {
        List<Asset> configured = List.of(asset(CELO, "EURC", 1), asset(CELO, "EURC", 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new AssetRegistry(configured))
            .withMessage("'configured' must not name EURC on eip155:42220 twice");
    }

    @Test
    void createWhenTwoConfiguredShareASymbolOnTwoNetworksThenBothFound() {
        AssetRegistry registry = new AssetRegistry(List.of(asset(CELO, "EURC", 1), asset(LOCAL, "EURC", 2)));
        assertThat(registry.find(CELO, "EURC")).isPresent();
        assertThat(registry.find(LOCAL, "EURC")).isPresent();
    }

    private static Asset asset(Network network, String symbol, int number) {
        return new Asset(network, symbol, "0x%040x".formatted(number), "Name", "1", 6, null);
    }

}

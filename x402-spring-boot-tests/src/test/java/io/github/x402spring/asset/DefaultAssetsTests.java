package io.github.x402spring.asset;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Vectors;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DefaultAssetsTests {

    @Test
    void allWhenComparedWithTheSdkThenSameRowsInTheSameOrder() {
        List<Asset> recorded = Vectors.rows("default-assets.json", "assets")
            .stream()
            .map(DefaultAssetsTests::asset)
            .toList();
        assertThat(recorded).hasSize(28);
        assertThat(DefaultAssets.ALL).containsExactlyElementsOf(recorded);
    }

    @Test
    void allWhenNameIsNotAsciiThenKept() {
        assertThat(DefaultAssets.ALL).extracting(Asset::name).contains("USD\u20ae0");
    }

    @Test
    void allWhenWrittenThenWithChecksums() {
        assertThat(DefaultAssets.ALL).allSatisfy((asset) -> assertThat(asset.address())
            .isEqualTo(EvmAddress.tryParse(asset.address()).orElseThrow().checksummed()));
    }

    private static Asset asset(JsonNode row) {
        JsonNode method = row.required("assetTransferMethod");
        return new Asset(Network.parse(row.required("network").asString()), row.required("symbol").asString(),
                row.required("asset").asString(), row.required("name").asString(), row.required("version").asString(),
                row.required("decimals").asInt(), method.isNull() ? null : method.asString(),
                row.required("supportsEip2612").asBoolean());
    }

}

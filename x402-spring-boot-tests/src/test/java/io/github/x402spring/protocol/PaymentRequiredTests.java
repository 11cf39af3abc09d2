package io.github.x402spring.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class PaymentRequiredTests {

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.test/r", "Report", "text/plain");

    @Test
    void toMapWhenLaidOutThenOrderOfTheWire() {
        Map<String, Object> map = terms("base").withError("Payment required").toMap();
        assertThat(map.keySet()).containsExactly("x402Version", "error", "resource", "accepts");
        assertThat(map).containsEntry("x402Version", 2).containsEntry("error", "Payment required");
        assertThat(requirements("base").toMap().keySet()).containsExactly("scheme", "network", "amount", "asset",
                "payTo", "maxTimeoutSeconds", "extra");
    }

    @Test
    void toMapWhenNothingIsToBeSaidThenNoError() {
        assertThat(terms("base").toMap()).doesNotContainKeys("error", "extensions");
    }

    @Test
    void toV1MapWhenNetworkHasNoV1NameThenLeftOut() {
        PaymentRequired terms = new PaymentRequired(null, RESOURCE,
                List.of(requirements("arbitrum"), requirements("base-sepolia")), Map.of());
        assertThat(terms.toV1Map()).containsEntry("x402Version", 1)
            .extractingByKey("accepts")
            .isEqualTo(List.of(requirements("base-sepolia").toV1Map(RESOURCE)));
    }

    @Test
    void toV1MapWhenLaidOutThenShortNameAndMaxAmountRequired() {
        assertThat(requirements("base-sepolia").toV1Map(RESOURCE)).containsEntry("network", "base-sepolia")
            .containsEntry("maxAmountRequired", "10000")
            .containsEntry("resource", "https://api.example.test/r")
            .doesNotContainKey("amount");
    }

    @Test
    void toV1MapWhenRequirementsHaveNoV1NameThenRefused() {
        assertThatIllegalStateException().isThrownBy(() -> requirements("arbitrum").toV1Map(RESOURCE));
    }

    @Test
    void createWhenTimeoutIsNotPositiveThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentRequirements("exact", Network.parse("base"),
                TokenAmount.of(1), "0xA", "0xB", 0, Map.of()));
    }

    @Test
    void createWhenExtraIsChangedAfterwardsThenUntouched() {
        Map<String, Object> extra = new LinkedHashMap<>(Map.of("name", "USDC"));
        PaymentRequirements requirements = new PaymentRequirements("exact", Network.parse("base"), TokenAmount.of(1),
                "0xA", "0xB", 60, extra);
        extra.put("name", "Other");
        assertThat(requirements.extraText("name")).contains("USDC");
        assertThatExceptionOfType(UnsupportedOperationException.class)
            .isThrownBy(() -> requirements.extra().put("name", "Other"));
    }

    private static PaymentRequired terms(String network) {
        return new PaymentRequired(null, RESOURCE, List.of(requirements(network)), Map.of());
    }

    private static PaymentRequirements requirements(String network) {
        return new PaymentRequirements("exact", Network.parse(network), TokenAmount.of(10_000), "0xA", "0xB", 300,
                Map.of("name", "USDC", "version", "2"));
    }

}

package io.github.x402spring.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentRequirementsTests {

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.test/r", "Report", "text/plain");

    @ParameterizedTest
    @ValueSource(longs = { 0, -1, Long.MIN_VALUE })
    void createWhenTimeoutIsNotPositiveThenFails(long seconds) {
        assertThatIllegalArgumentException().isThrownBy(() -> requirements(seconds, Map.of()))
            .withMessage("'maxTimeoutSeconds' must be positive");
    }

    @Test
    void extraTextWhenMemberIsNotTextThenEmpty() {
        PaymentRequirements requirements = requirements(60, Map.of("name", "USDC", "version", 2, "list", List.of("a")));
        assertThat(requirements.extraText("name")).contains("USDC");
        assertThat(requirements.extraText("version")).isEmpty();
        assertThat(requirements.extraText("list")).isEmpty();
        assertThat(requirements.extraText("absent")).isEmpty();
    }

    @Test
    void toMapWhenLaidOutThenAmountIsTextAndTimeoutANumber() {
        assertThat(requirements(60, Map.of("name", "USDC")).toMap())
            .isEqualTo(Map.of("scheme", "exact", "network", "eip155:84532", "amount", "10000", "asset", "0xA", "payTo",
                    "0xB", "maxTimeoutSeconds", 60L, "extra", Map.of("name", "USDC")));
    }

    @Test
    void toMapWhenChangedThenTermsStay() {
        PaymentRequirements requirements = requirements(60, Map.of());
        requirements.toMap().put("payTo", "0xC");
        assertThat(requirements.toMap()).containsEntry("payTo", "0xB");
    }

    @Test
    void extraWhenSeveralMembersThenOrderOfTheWireStays() {
        Map<String, Object> extra = new LinkedHashMap<>();
        for (String name : List.of("z", "name", "a", "version")) {
            extra.put(name, name);
        }
        assertThat(requirements(60, extra).extra().keySet()).containsExactly("z", "name", "a", "version");
    }

    @Test
    void toV1MapWhenLaidOutThenResourceIsPartOfTheTerms() {
        assertThat(requirements(60, Map.of()).toV1Map(RESOURCE)).containsEntry("resource", "https://api.example.test/r")
            .containsEntry("description", "Report")
            .containsEntry("mimeType", "text/plain")
            .containsEntry("payTo", "0xB")
            .containsEntry("maxTimeoutSeconds", 60L);
    }

    private static PaymentRequirements requirements(long maxTimeoutSeconds, Map<String, Object> extra) {
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(10_000), "0xA", "0xB",
                maxTimeoutSeconds, extra);
    }

}

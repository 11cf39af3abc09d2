package io.github.x402spring.protocol;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Vectors;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SupportedKindTests {

    @ParameterizedTest
    @MethodSource("patterns")
    void matchesWhenPatternIsComparedWithTheSdkThenSameAnswer(JsonNode row) {
        SupportedKind kind = new SupportedKind(2, "exact", row.required("pattern").asString());
        assertThat(kind.matches(requirements(row.required("network").asString())))
            .isEqualTo(row.required("matches").asBoolean());
    }

    @Test
    void matchesWhenSchemeOrVersionDiffersThenFalse() {
        PaymentRequirements requirements = requirements("eip155:8453");
        assertThat(new SupportedKind(2, "exact", "eip155:8453").matches(requirements)).isTrue();
        assertThat(new SupportedKind(1, "exact", "eip155:8453").matches(requirements)).isFalse();
        assertThat(new SupportedKind(2, "upto", "eip155:8453").matches(requirements)).isFalse();
    }

    private static List<JsonNode> patterns() {
        return Vectors.rows("matching.json", "networkPattern");
    }

    private static PaymentRequirements requirements(String network) {
        return new PaymentRequirements("exact", Network.parse(network), TokenAmount.of(1), "0xA", "0xB", 60, Map.of());
    }

}

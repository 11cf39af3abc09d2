package io.github.x402spring.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Vectors;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RequirementMatcherTests {

    @ParameterizedTest
    @MethodSource("version2Rows")
    void matchesWhenComparedWithTheSdkThenSameAnswer(JsonNode row) {
        boolean matches = RequirementMatcher.matches(Vectors.object(row.required("required")),
                Vectors.tree(row.path("accepted")));
        assertThat(matches).as(row.required("name").asString()).isEqualTo(row.required("matches").asBoolean());
    }

    @Test
    void matchesWhenRowsAreReadThenSomeMatchAndSomeDoNot() {
        assertThat(version2Rows()).hasSize(24)
            .extracting((row) -> row.required("matches").asBoolean())
            .contains(true, false);
    }

    @Test
    void matchesWhenWholeNumberIsWrittenAsDecimalThenSameNumber() {
        Map<String, Object> required = requirements().toMap();
        assertThat(RequirementMatcher.matches(required, with("maxTimeoutSeconds", new BigDecimal("300.0")))).isTrue();
        assertThat(RequirementMatcher.matches(required, with("maxTimeoutSeconds", new BigDecimal("3E+2")))).isTrue();
        assertThat(RequirementMatcher.matches(required, with("maxTimeoutSeconds", BigInteger.valueOf(301)))).isFalse();
    }

    @Test
    void matchesWhenExponentIsHugeThenNoMatch() {
        assertThat(RequirementMatcher.matches(requirements().toMap(),
                with("maxTimeoutSeconds", new BigDecimal("1E+999999999"))))
            .isFalse();
    }

    @Test
    void matchesWhenAcceptedIsNoObjectThenNoMatch() {
        Map<String, Object> required = requirements().toMap();
        assertThat(RequirementMatcher.matches(required, "exact")).isFalse();
        assertThat(RequirementMatcher.matches(required, List.of(required))).isFalse();
        assertThat(RequirementMatcher.matches(required, true)).isFalse();
    }

    @Test
    void matchesWhenAnyMemberIsChangedThenNoMatch() {
        Map<String, Object> required = requirements().toMap();
        assertThat(RequirementMatcher.matches(required, required)).isTrue();
        for (String name : required.keySet()) {
            assertThat(RequirementMatcher.matches(required, with(name, "changed"))).as(name).isFalse();
            assertThat(RequirementMatcher.matches(required, with(name, null))).as(name).isFalse();
        }
    }

    @Test
    void containsWhenMemberIsNullThenItHasToBePresent() {
        Map<String, Object> part = new HashMap<>();
        part.put("a", null);
        assertThat(RequirementMatcher.contains(part, part)).isTrue();
        assertThat(RequirementMatcher.contains(Map.of(), part)).isFalse();
    }

    @Test
    void containsWhenListsHaveNullsThenComparedItemByItem() {
        assertThat(RequirementMatcher.contains(Arrays.asList(1, null), Arrays.asList(1L, null))).isTrue();
        assertThat(RequirementMatcher.contains(Arrays.asList(1, null), Arrays.asList(1, 2))).isFalse();
    }

    @Test
    void containsWhenObjectsInListsDifferThenNotContained() {
        List<?> whole = List.of(Map.of("a", 1, "b", 2));
        assertThat(RequirementMatcher.contains(whole, List.of(Map.of("a", 1)))).isFalse();
        assertThat(RequirementMatcher.contains(whole, List.of(Map.of("a", 1, "c", 2)))).isFalse();
        assertThat(RequirementMatcher.contains(whole, List.of(Map.of("a", 1, "b", 2.0)))).isTrue();
    }

    private static Stream<JsonNode> version2Rows() {
        return Vectors.rows("matching.json", "findMatchingRequirements")
            .stream()
            .filter((row) -> row.required("x402Version").asInt() == 2);
    }

    private static PaymentRequirements requirements() {
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(10_000), "0xA", "0xB",
                300, Map.of("name", "USDC"));
    }

    private static Map<String, Object> with(String name, Object value) {
        Map<String, Object> accepted = new HashMap<>(requirements().toMap());
        accepted.put(name, value);
        return accepted;
    }

}

package io.github.x402spring.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Vectors;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RequirementMatcherTests {

    private static final List<String> DEFINED = List.of("name", "version", "assetTransferMethod", "paymentFlow",
            "feePayer", "memo", "facilitatorAddress", "receiverAuthorizer", "withdrawDelay", "minDeposit");

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

    @ParameterizedTest
    @MethodSource("echoes")
    void matchesWhenMemberOfExtraIsEchoedThenOnlyWhatIsDefinedIsRequired(String name, Object ours, Echo echo,
            boolean matches) {
        Map<String, Object> required = with("extra", Map.of(name, ours));
        assertThat(RequirementMatcher.matches(required, with("extra", echo.of(name, ours)))).isEqualTo(matches);
    }

    private static Stream<Arguments> echoes() {
        Map<String, Object> values = Map.of("text", "a", "number", 1, "flag", true, "list", List.of(1, 2), "object",
                Map.of("a", 1, "b", 2));
        List<Arguments> rows = new ArrayList<>();
        for (Map.Entry<String, Object> value : values.entrySet()) {
            for (Echo echo : Echo.values()) {
                for (String name : DEFINED) {
                    rows.add(Arguments.of(name, value.getValue(), echo, echo == Echo.SAME));
                }
                for (String name : List.of("resource", "tier", value.getKey())) {
                    rows.add(Arguments.of(name, value.getValue(), echo, echo != Echo.DIFFERENT));
                }
            }
        }
        return rows.stream();
    }

    @Test
    void matchesWhenPartOfUndefinedObjectIsEchoedThenMatchUnlessDifferent() {
        Map<String, Object> required = with("extra", Map.of("shop", Map.of("till", 1, "clerk", Map.of("id", 7))));
        assertThat(RequirementMatcher.matches(required, with("extra", Map.of("shop", Map.of())))).isTrue();
        assertThat(RequirementMatcher.matches(required, with("extra", Map.of("shop", Map.of("till", 1, "x", 2)))))
            .isTrue();
        assertThat(
                RequirementMatcher.matches(required, with("extra", Map.of("shop", Map.of("clerk", Map.of("id", 8))))))
            .isFalse();
    }

    @Test
    void matchesWhenDefaultsAreLeftOutThenMatch() {
        Map<String, Object> explicit = with("extra",
                Map.of("assetTransferMethod", "eip3009", "paymentFlow", "authorization"));
        Map<String, Object> others = with("extra", Map.of("paymentFlow", "upfront"));
        assertThat(RequirementMatcher.matches(explicit, with("extra", Map.of()))).isTrue();
        assertThat(RequirementMatcher.matches(others, with("extra", Map.of()))).isFalse();
    }

    @Test
    void matchesWhenListsInExtraHaveNullsThenComparedItemByItem() {
        Map<String, Object> required = with("extra", Map.of("l", Arrays.asList(1, null)));
        assertThat(RequirementMatcher.matches(required, with("extra", Map.of("l", Arrays.asList(1L, null))))).isTrue();
        assertThat(RequirementMatcher.matches(required, with("extra", Map.of("l", Arrays.asList(1, 2))))).isFalse();
    }

    @Test
    void matchesWhenObjectsInListsDifferThenNoMatch() {
        Map<String, Object> required = with("extra", Map.of("l", List.of(Map.of("a", 1, "b", 2))));
        assertThat(matchesList(required, Map.of("a", 1))).isFalse();
        assertThat(matchesList(required, Map.of("a", 1, "c", 2))).isFalse();
        assertThat(matchesList(required, Map.of("a", 1, "b", 2.0))).isTrue();
    }

    private static boolean matchesList(Map<String, Object> required, Map<String, ?> item) {
        return RequirementMatcher.matches(required, with("extra", Map.of("l", List.of(item))));
    }

    private enum Echo {

        ABSENT, NULL, SAME, DIFFERENT;

        Map<String, Object> of(String name, Object ours) {
            Map<String, Object> extra = new HashMap<>(Map.of("more", "of theirs"));
            switch (this) {
                case ABSENT -> {
                }
                case NULL -> extra.put(name, null);
                case SAME -> extra.put(name, ours);
                case DIFFERENT -> extra.put(name, List.of("different"));
            }
            return extra;
        }

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

package io.github.x402spring.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.client.ReceivedDecision.ReceivedObligation;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Decision;
import io.github.x402spring.decision.Obligation;
import io.github.x402spring.decision.RetryWith;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ReceivedDecisionTests {

    @Test
    void ofWhenNothingIsSaidThenTheMostCarefulReading() {
        assertThat(ReceivedDecision.of(503, Map.of())).isEqualTo(new ReceivedDecision(503, Decision.DENY, "",
                RetryWith.NEVER, null, Charged.UNKNOWN, List.of(), List.of(), "", ""));
    }

    static Stream<Arguments> waits() {
        return Stream.of(Arguments.of(0, Duration.ZERO), Arguments.of(7, Duration.ofSeconds(7)),
                Arguments.of(7.9, Duration.ofSeconds(7)),
                Arguments.of(Integer.MAX_VALUE, Duration.ofSeconds(Integer.MAX_VALUE)),
                Arguments.of(Integer.MAX_VALUE + 1L, null), Arguments.of(-1, null), Arguments.of(Double.NaN, null),
                Arguments.of("7", null), Arguments.of(List.of(7), null));
    }

    @ParameterizedTest
    @MethodSource("waits")
    void retryAfterWhenReadThenWithinBoundsOrNull(Object value, @Nullable Duration expected) {
        assertThat(ReceivedDecision.of(503, Map.of("advice", Map.of("retry_after", value))).retryAfter())
            .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({ "same_payment, no, true", "new_payment, unknown, true", "new_payment, no, false",
            "new_payment, yes, false", "never, no, false", "SAME_PAYMENT, no, false", "later, YES, true" })
    void keepsPaymentWhenTheSameMayGoOnOrChargeIsOpenThenTrue(String retryWith, String charged, boolean keeps) {
        assertThat(ReceivedDecision
            .of(402, Map.of("advice", Map.of("retry_with", retryWith), "payment", Map.of("charged", charged)))
            .keepsPayment()).isEqualTo(keeps);
    }

    @Test
    void obligationsWhenMembersAreOddThenEmptyTextAndTheStrictestLevel() {
        List<@Nullable Object> obligations = Arrays.asList(
                Map.of("type", "wait", "level", "should", "message", "Wait."), Map.of("type", 7, "level", "maybe"),
                "text", null);
        ReceivedObligation odd = new ReceivedObligation("", Obligation.Level.MUST, "");
        assertThat(ReceivedDecision.of(402, tree("obligations", obligations)).obligations())
            .containsExactly(new ReceivedObligation("wait", Obligation.Level.SHOULD, "Wait."), odd, odd, odd);
    }

    @Test
    void itemsWhenMoreThanTheBoundThenOnlyTheFirstAreRead() {
        ReceivedDecision decision = ReceivedDecision.of(402,
                Map.of("obligations", Collections.nCopies(1000, Map.of("type", "pay")), "context",
                        Map.of("required", Map.of("scopes", Collections.nCopies(1000, "a")))));
        assertThat(decision.obligations()).hasSize(32);
        assertThat(decision.requiredScopes()).hasSize(32);
    }

    @Test
    void idsWhenNotTextThenEmpty() {
        ReceivedDecision decision = ReceivedDecision.of(402,
                Map.of("request_id", 7, "trace_id", Map.of(), "context", Map.of("reason", List.of())));
        assertThat(decision.requestId()).isEmpty();
        assertThat(decision.traceId()).isEmpty();
        assertThat(decision.reason()).isEmpty();
    }

    @Test
    void createWhenListsChangeAfterwardsThenUntouched() {
        List<String> scopes = new ArrayList<>(List.of("a"));
        ReceivedDecision decision = new ReceivedDecision(403, Decision.DENY, "", RetryWith.NEVER, null, Charged.NO,
                List.of(), scopes, "", "");
        scopes.add("b");
        assertThat(decision.requiredScopes()).containsExactly("a").isUnmodifiable();
    }

    private static Map<String, @Nullable Object> tree(String name, @Nullable Object value) {
        Map<String, @Nullable Object> tree = new HashMap<>();
        tree.put(name, value);
        return tree;
    }

}

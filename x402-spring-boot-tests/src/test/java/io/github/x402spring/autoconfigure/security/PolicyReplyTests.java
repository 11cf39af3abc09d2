package io.github.x402spring.autoconfigure.security;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.client.RestClient;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.security.X402AuthorizationDecision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Tag("locale")
class PolicyReplyTests {

    private static final PolicyDecisionPoint SOURCE = new PolicyDecisionPoint("The policy",
            URI.create("https://pdp.example.test"), RestClient.builder(), Duration.ofSeconds(1), 1);

    @Test
    void decisionWhenThereIsNoMoreThenPlain() {
        X402AuthorizationDecision decision = granted(Map.of());
        assertThat(decision.isGranted()).isTrue();
        assertThat(decision.policy()).isEqualTo("opa");
        assertThat(decision.cause()).isEmpty();
        assertThat(decision.obligations()).isEmpty();
    }

    @Test
    void decisionWhenItObligesThenInOrderWithAllButTheTypeAsAttributes() {
        assertThat(granted(Map.of("obligations",
                List.of(Map.of("type", "log", "level", "warn"), Map.of("type", "redact", "fields", List.of("sky")))))
            .obligations()).containsExactly(new PolicyObligation("log", Map.of("level", "warn")),
                    new PolicyObligation("redact", Map.of("fields", List.of("sky"))));
    }

    @Test
    void decisionWhenThereAreAsManyObligationsAsMayBeThenAll() {
        assertThat(granted(Map.of("obligations", Collections.nCopies(32, Map.of("type", "log")))).obligations())
            .hasSize(32);
    }

    @ParameterizedTest
    @MethodSource("noObligations")
    void decisionWhenObligationsCannotBeReadThenItIsNone(Object obligations) {
        assertThatExceptionOfType(PolicyUnavailableException.class)
            .isThrownBy(() -> granted(Map.of("obligations", obligations)))
            .withMessage("The reply of The policy is not a decision");
    }

    static Stream<Object> noObligations() {
        return Stream.of("redact", Map.of("type", "redact"), List.of("redact"), Arrays.asList(new Object[] { null }),
                List.of(Map.of()), List.of(Map.of("type", 7)), List.of(Map.of("type", "log"), Map.of("Type", "log")),
                Collections.nCopies(33, Map.of("type", "log")), 1, false);
    }

    @Test
    void decisionWhenARefusalObligesThenTheObligationIsKeptForTheRecord() {
        assertThat(denied(Map.of("obligations", List.of(Map.of("type", "audit")))).obligations())
            .containsExactly(new PolicyObligation("audit", Map.of()));
    }

    @Test
    void decisionWhenScopesWouldHelpThenTheyAreNamed() {
        X402AuthorizationDecision decision = denied(Map.of("advice", Map.of("scopes", List.of("weather", "maps"))));
        assertThat(decision.reason()).isEqualTo(Reason.INSUFFICIENT_SCOPE);
        assertThat(decision.requiredScopes()).containsExactly("weather", "maps");
    }

    @ParameterizedTest
    @MethodSource("noScopes")
    void decisionWhenAScopeWouldBreakOutOfAHeaderThenItIsNone(String scope) {
        assertThatExceptionOfType(PolicyUnavailableException.class)
            .isThrownBy(() -> denied(Map.of("advice", Map.of("scopes", List.of("weather", scope)))));
    }

    static Stream<String> noScopes() {
        return Stream.of("a\"", "a b", "a\r\nSet-Cookie: x", "", "a".repeat(129));
    }

    @ParameterizedTest
    @MethodSource("noAdvice")
    void decisionWhenAdviceCannotBeReadThenItIsNone(Object advice) {
        assertThatExceptionOfType(PolicyUnavailableException.class)
            .isThrownBy(() -> denied(Collections.singletonMap("advice", advice)));
        assertThat(granted(Collections.singletonMap("advice", advice)).isGranted()).isTrue();
    }

    static Stream<Object> noAdvice() {
        return Stream.of("scopes", 1, true, List.of(), List.of(Map.of("scopes", List.of("weather"))),
                Map.of("scopes", "weather"), Map.of("scopes", Map.of("weather", true)), Map.of("scopes", 7),
                Map.of("scopes", Arrays.asList(null, Map.of("a", 1))), Map.of("scopes", Arrays.asList("weather", null)),
                Map.of("scopes", List.of("weather", 7)), Map.of("scopes", List.of("weather", true)),
                Map.of("scopes", List.of(List.of("weather"))), Map.of("scopes", Collections.nCopies(33, "weather")),
                Map.of("retry_after", "30"), Map.of("retry_after", true), Map.of("retry_after", List.of(30)),
                Map.of("scopes", List.of("weather"), "retry_after", "30"));
    }

    @ParameterizedTest
    @MethodSource("silentAdvice")
    void decisionWhenAdviceSaysNothingThenForbidden(@Nullable Object advice) {
        X402AuthorizationDecision decision = denied(Collections.singletonMap("advice", advice));
        assertThat(decision.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(decision.requiredScopes()).isEmpty();
        assertThat(decision.retryAfter()).isNull();
    }

    static Stream<@Nullable Object> silentAdvice() {
        return Stream.of(null, Map.of(), Map.of("ask", "ann"), Map.of("scopes", List.of()),
                Collections.singletonMap("scopes", null), Collections.singletonMap("retry_after", null));
    }

    @ParameterizedTest
    @MethodSource("waits")
    void decisionWhenWaitingWouldHelpThenForAWholeSecondOrMore(Number advised, long seconds) {
        X402AuthorizationDecision decision = denied(Map.of("advice", Map.of("retry_after", advised)));
        assertThat(decision.reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(decision.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    }

    static Stream<Arguments> waits() {
        return Stream.of(arguments(30, 30), arguments(0, 1), arguments(-5, 1), arguments(1.9, 1),
                arguments(Long.MAX_VALUE, Integer.MAX_VALUE), arguments(BigInteger.valueOf(60), 60),
                arguments(BigInteger.TWO.pow(64).add(BigInteger.valueOf(5)), Integer.MAX_VALUE),
                arguments(BigInteger.TWO.pow(64).negate().add(BigInteger.valueOf(5)), 1),
                arguments(new BigDecimal("1E+999999999"), Integer.MAX_VALUE),
                arguments(new BigDecimal("-1E+999999999"), 1), arguments(new BigDecimal("1E-999999999"), 1),
                arguments(new BigDecimal("6E+1"), 60));
    }

    @Test
    void decisionWhenBothAreAdvisedThenScopesGoFirst() {
        assertThat(denied(Map.of("advice", Map.of("scopes", List.of("weather"), "retry_after", 30))).reason())
            .isEqualTo(Reason.INSUFFICIENT_SCOPE);
    }

    @Test
    void decisionWhenAPermissionAdvisesThenItSaysNothingOfALimit() {
        X402AuthorizationDecision decision = granted(Map.of("advice", Map.of("retry_after", 30)));
        assertThat(decision.isGranted()).isTrue();
        assertThat(decision.retryAfter()).isNull();
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void decisionWhenItHasAReasonThenShortForTheAudit(@Nullable Object reason, String cause) {
        assertThat(granted(Collections.singletonMap("reason", reason)).cause()).isEqualTo(cause);
    }

    static Stream<Arguments> reasons() {
        return Stream.of(arguments("gold plan", "gold plan"), arguments("r".repeat(600), "r".repeat(512)),
                arguments("gold\r\nWARN forged", "gold??WARN forged"), arguments(List.of("a\nb"), "[a?b]"),
                arguments(7, "7"), arguments(null, ""));
    }

    private static X402AuthorizationDecision granted(Map<?, ?> context) {
        return PolicyReply.decision(true, context, SOURCE, "opa");
    }

    private static X402AuthorizationDecision denied(Map<?, ?> context) {
        return PolicyReply.decision(false, context, SOURCE, "opa");
    }

}

package io.github.x402spring.security;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.security.X402AuthorizationDecision.Builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class X402AuthorizationDecisionTests {

    @Test
    void buildWhenNothingElseIsSaidThenNoMoreThanYesOrNo() {
        X402AuthorizationDecision denied = X402AuthorizationDecision.denied().build();
        assertThat(X402AuthorizationDecision.granted().build().isGranted()).isTrue();
        assertThat(denied.isGranted()).isFalse();
        assertThat(denied.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(denied.retryAfter()).isNull();
        assertThat(denied.obligations()).isEmpty();
        assertThat(denied.requiredScopes()).isEmpty();
        assertThat(denied.policy()).isEmpty();
        assertThat(denied.cause()).isEmpty();
    }

    @Test
    void buildWhenScopesAreMissingThenThatIsTheReason() {
        X402AuthorizationDecision decision = X402AuthorizationDecision.denied()
            .requiredScopes(List.of("weather"))
            .requiredScopes(List.of("maps"))
            .build();
        assertThat(decision.reason()).isEqualTo(Reason.INSUFFICIENT_SCOPE);
        assertThat(decision.requiredScopes()).containsExactly("weather", "maps");
    }

    @Test
    void buildWhenTheCallerHasHadEnoughThenThatIsTheReason() {
        X402AuthorizationDecision decision = X402AuthorizationDecision.denied()
            .limitReached(Duration.ofSeconds(30))
            .build();
        assertThat(decision.reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(decision.retryAfter()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @MethodSource("words")
    void buildWhenSeveralReasonsWereGivenThenOnlyTheLastOneIsExplained(List<String> order) {
        Map<String, UnaryOperator<Builder>> words = Map.of("scopes",
                (builder) -> builder.requiredScopes(List.of("weather")), "limit",
                (builder) -> builder.limitReached(Duration.ofSeconds(30)), "payer",
                (builder) -> builder.reason(Reason.PAYER_NOT_BOUND), "no scopes",
                (builder) -> builder.requiredScopes(List.of()));
        Builder builder = X402AuthorizationDecision.denied();
        order.forEach((word) -> words.get(word).apply(builder));
        X402AuthorizationDecision decision = builder.build();
        assertThat(decision.requiredScopes().isEmpty()).isEqualTo(decision.reason() != Reason.INSUFFICIENT_SCOPE);
        assertThat(decision.retryAfter() == null).isEqualTo(decision.reason() != Reason.LIMIT_REACHED);
        assertThat(decision.reason()).isEqualTo(switch (String.join(" ", order).replace("no scopes", "").strip()) {
            case String last when last.endsWith("scopes") -> Reason.INSUFFICIENT_SCOPE;
            case String last when last.endsWith("limit") -> Reason.LIMIT_REACHED;
            case String last when last.endsWith("payer") -> Reason.PAYER_NOT_BOUND;
            default -> Reason.FORBIDDEN;
        });
    }

    static Stream<List<String>> words() {
        List<String> words = List.of("scopes", "limit", "payer", "no scopes");
        return words.stream()
            .flatMap((first) -> words.stream()
                .flatMap((second) -> Stream.of(List.of(first), List.of(first, second), List.of(second, first, first))));
    }

    @Test
    void buildWhenTheBuilderIsUsedOnThenTheDecisionStays() {
        Builder builder = X402AuthorizationDecision.granted().obligation("log", Map.of());
        X402AuthorizationDecision decision = builder.build();
        builder.obligation("audit", Map.of()).requiredScopes(List.of("maps")).policy("other").cause("other");
        assertThat(decision.obligations()).containsExactly(new PolicyObligation("log", Map.of()));
        assertThat(decision.requiredScopes()).isEmpty();
        assertThat(decision.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(decision.policy()).isEmpty();
        assertThat(decision.cause()).isEmpty();
    }

    @Test
    void obligationWhenItsAttributesChangeLaterThenItStays() {
        Map<String, @Nullable Object> attributes = new HashMap<>(Map.of("fields", List.of("sky")));
        X402AuthorizationDecision decision = X402AuthorizationDecision.granted()
            .obligation("redact", attributes)
            .build();
        attributes.put("fields", List.of("secret"));
        assertThat(decision.obligations()).extracting(PolicyObligation::attributes)
            .containsExactly(Map.of("fields", List.of("sky")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a b", "a\"", "a\r\nX: y" })
    void requiredScopesWhenOneIsNoneThenFailsAndNoneIsTaken(String scope) {
        Builder builder = X402AuthorizationDecision.denied();
        assertThatIllegalArgumentException()
            .isThrownBy(() -> builder.requiredScopes(new ArrayList<>(List.of("weather", scope))))
            .withMessageNotContaining("weather");
        assertThat(builder.build().requiredScopes()).isEmpty();
        assertThat(builder.build().reason()).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void limitReachedWhenNobodyKnowsForHowLongThenFails() {
        assertThatNullPointerException().isThrownBy(() -> X402AuthorizationDecision.denied().limitReached(null));
    }

    @ParameterizedTest
    @MethodSource("io.github.x402spring.security.LogTextTests#lines")
    void toStringWhenThePolicysTextComesFromElsewhereThenOneLine(String text, String line) {
        X402AuthorizationDecision decision = X402AuthorizationDecision.denied().policy(text).cause(text).build();
        assertThat(decision.cause()).isEqualTo(line);
        assertThat(decision.policy()).isEqualTo(line);
        assertThat(decision.toString()).endsWith("policy=" + line + ", cause=" + line + "]");
    }

    @Test
    void toStringWhenPrintedForTheAuditThenWhoAndWhyWithoutObligations() {
        assertThat(X402AuthorizationDecision.denied()
            .policy("plan")
            .cause("bronze")
            .obligation("redact", Map.of("fields", List.of("sky")))
            .build())
            .hasToString("X402AuthorizationDecision [granted=false, reason=forbidden, policy=plan, cause=bronze]");
    }

    @Test
    void toStringWhenItGrantsAndObligesThenTheirNumber() {
        assertThat(X402AuthorizationDecision.granted()
            .obligation("redact", Map.of("fields", List.of("sky")))
            .obligation("log", Map.of())
            .build())
            .hasToString("X402AuthorizationDecision [granted=true, obligations=2, reason=forbidden, policy=, cause=]");
        assertThat(X402AuthorizationDecision.granted().build())
            .hasToString("X402AuthorizationDecision [granted=true, reason=forbidden, policy=, cause=]");
    }

}

package io.github.x402spring.autoconfigure.security;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.core.Authentication;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.PaidRequests;
import io.github.x402spring.security.X402AuthorizationDecision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class AuthZenAuthorizationManagerTests {

    private final ScriptedPolicy policy = new ScriptedPolicy();

    private final AuthZenAuthorizationManager manager = new AuthZenAuthorizationManager(
            URI.create("https://pdp.example.test/access/v1/evaluation"), this.policy.client(), Duration.ofSeconds(1),
            1);

    private final PaidRequest request = PaidRequests.request();

    private final Authentication alice = PaidRequests.caller("alice", "ROLE_USER");

    @Test
    void authorizeWhenAskedThenThePaymentIsContextAndNotSubject() {
        authorize("{\"decision\":true}");
        assertThat(this.policy.question()).isEqualTo(Map.of("subject", PolicyQuestion.subject(this.alice), "action",
                Map.of("name", "GET"), "resource", PolicyQuestion.resource(this.request), "context",
                Map.of("payment", PolicyQuestion.payment(this.request.payment()))));
    }

    @ParameterizedTest
    @CsvSource({ "true, true", "false, false" })
    void authorizeWhenADecisionIsRepliedThenItDecides(String decision, boolean granted) {
        assertThat(authorize("{\"decision\":" + decision + "}").isGranted()).isEqualTo(granted);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"decision\":\"true\"}", "{\"decision\":1}", "{\"decision\":null}",
            "{\"decision\":[true]}", "{\"result\":true}", "true", "[]", "", "{\"decision\":true",
            "{\"decision\":false,\"decision\":true}" })
    void authorizeWhenTheReplyIsNoDecisionThenUnavailable(String reply) {
        assertThatExceptionOfType(PolicyUnavailableException.class).isThrownBy(() -> authorize(reply))
            .withMessage("The reply of The policy decision point is not a decision");
    }

    @Test
    void authorizeWhenThePermissionObligesThenItIsNotLost() {
        X402AuthorizationDecision decision = authorize("""
                {"decision":true,"context":{"reason":"gold plan","obligations":[{"type":"redact","fields":["sky"]}]}}
                """);
        assertThat(decision.obligations())
            .containsExactly(new PolicyObligation("redact", Map.of("fields", List.of("sky"))));
        assertThat(decision.policy()).isEqualTo("authzen");
        assertThat(decision.cause()).isEqualTo("gold plan");
    }

    @ParameterizedTest
    @ValueSource(strings = { "[{\"obligations\":[{\"type\":\"redact\",\"fields\":[\"sky\"]}]}]", "[]", "\"redact\"",
            "\"\"", "1", "0", "true", "false" })
    void authorizeWhenTheContextIsNoObjectThenUnavailable(String context) {
        for (boolean decision : new boolean[] { true, false }) {
            assertThatExceptionOfType(PolicyUnavailableException.class)
                .isThrownBy(() -> authorize("{\"decision\":" + decision + ",\"context\":" + context + "}"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"decision\":true}", "{\"decision\":true,\"context\":null}",
            "{\"decision\":true,\"context\":{}}", "{\"decision\":true,\"context\":{\"id\":[7]},\"id\":\"7\"}",
            "{\"decision\":true,\"obligations\":null}" })
    void authorizeWhenThereIsNoObligationThenGrantedWithoutOne(String reply) {
        assertThat(authorize(reply).isGranted()).isTrue();
        assertThat(authorize(reply).obligations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"decision\":true,\"obligations\":[{\"type\":\"redact\",\"fields\":[\"sky\"]}]}",
            "{\"decision\":true,\"context\":{},\"obligations\":[]}",
            "{\"decision\":true,\"context\":{\"obligations\":[{\"type\":\"log\",\"type\":\"redact\"}]}}",
            "{\"decision\":true,\"context\":{\"obligations\":[]},\"context\":{}}" })
    void authorizeWhenAnObligationStandsElsewhereOrTwiceThenUnavailable(String reply) {
        assertThatExceptionOfType(PolicyUnavailableException.class).isThrownBy(() -> authorize(reply));
    }

    @Test
    void authorizeWhenTheRefusalAdvisesThenTheCallerMayBeTold() {
        X402AuthorizationDecision decision = authorize(
                "{\"decision\":false,\"context\":{\"advice\":{\"scopes\":[\"weather\"]}}}");
        assertThat(decision.reason()).isEqualTo(Reason.INSUFFICIENT_SCOPE);
        assertThat(decision.requiredScopes()).containsExactly("weather");
    }

    private X402AuthorizationDecision authorize(String reply) {
        this.policy.replies(reply);
        return (X402AuthorizationDecision) this.manager.authorize(() -> this.alice, this.request);
    }

}

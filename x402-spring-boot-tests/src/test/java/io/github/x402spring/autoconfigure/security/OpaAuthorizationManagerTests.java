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
class OpaAuthorizationManagerTests {

    private final ScriptedPolicy policy = new ScriptedPolicy();

    private final OpaAuthorizationManager manager = new OpaAuthorizationManager(
            URI.create("http://localhost:8181/v1/data/shop/paid"), this.policy.client(), Duration.ofSeconds(1), 1);

    private final PaidRequest request = PaidRequests.request();

    private final Authentication alice = PaidRequests.caller("alice", "ROLE_USER");

    @Test
    void authorizeWhenAskedThenTheInputHasAllFourParts() {
        authorize("{\"result\":true}");
        assertThat(this.policy.question()).isEqualTo(Map.of("input",
                Map.of("subject", PolicyQuestion.subject(this.alice), "action", Map.of("name", "GET"), "resource",
                        PolicyQuestion.resource(this.request), "payment",
                        PolicyQuestion.payment(this.request.payment()))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"result":true}            | true
            {"result":false}           | false
            {"result":{"allow":true}}  | true
            {"result":{"allow":false}} | false
            """)
    void authorizeWhenADecisionIsRepliedThenItDecides(String reply, boolean granted) {
        assertThat(authorize(reply).isGranted()).isEqualTo(granted);
        assertThat(authorize(reply).policy()).isEqualTo("opa");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"result\":null}", "{\"decision_id\":\"7\"}" })
    void authorizeWhenThePolicyIsUndefinedThenDenied(String reply) {
        X402AuthorizationDecision decision = authorize(reply);
        assertThat(decision.isGranted()).isFalse();
        assertThat(decision.cause()).isEqualTo("undefined");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"result\":\"true\"}", "{\"result\":1}", "{\"result\":[true]}", "{\"result\":{}}",
            "{\"result\":{\"allow\":\"true\"}}", "{\"result\":{\"allow\":null}}", "{\"result\":{\"Allow\":true}}",
            "true", "", "{\"result\":true" })
    void authorizeWhenTheReplyIsNoDecisionThenUnavailable(String reply) {
        assertThatExceptionOfType(PolicyUnavailableException.class).isThrownBy(() -> authorize(reply))
            .withMessage("The reply of Open Policy Agent is not a decision");
    }

    @Test
    void authorizeWhenThePermissionObligesThenItIsNotLost() {
        X402AuthorizationDecision decision = authorize("""
                {"result":{"allow":true,"reason":"gold plan","obligations":[{"type":"redact","fields":["sky"]}]}}
                """);
        assertThat(decision.obligations())
            .containsExactly(new PolicyObligation("redact", Map.of("fields", List.of("sky"))));
        assertThat(decision.cause()).isEqualTo("gold plan");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"result\":true,\"obligations\":[{\"type\":\"redact\",\"fields\":[\"sky\"]}]}",
            "{\"result\":{\"allow\":true},\"obligations\":[]}",
            "{\"result\":{\"allow\":true,\"context\":{\"obligations\":[{\"type\":\"redact\",\"fields\":[]}]}}}",
            "{\"result\":{\"allow\":true,\"context\":[{\"obligations\":[{\"type\":\"redact\",\"fields\":[]}]}]}}",
            "{\"result\":{\"allow\":true,\"obligations\":[{\"type\":\"log\",\"type\":\"redact\"}]}}",
            "{\"result\":{\"allow\":true,\"obligations\":{\"type\":\"redact\"}}}",
            "{\"result\":{\"allow\":true,\"obligations\":\"redact\"}}", "{\"result\":[{\"allow\":true}]}" })
    void authorizeWhenAnObligationCannotBeReadThenUnavailable(String reply) {
        assertThatExceptionOfType(PolicyUnavailableException.class).isThrownBy(() -> authorize(reply));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"result\":{\"allow\":true,\"obligations\":null}}",
            "{\"result\":{\"allow\":true,\"obligations\":[]}}", "{\"result\":{\"allow\":true,\"plan\":[7]}}",
            "{\"result\":{\"allow\":true,\"context\":{}}}", "{\"result\":true,\"decision_id\":\"7\"}" })
    void authorizeWhenThereIsNoObligationThenGrantedWithoutOne(String reply) {
        assertThat(authorize(reply).isGranted()).isTrue();
        assertThat(authorize(reply).obligations()).isEmpty();
    }

    @Test
    void authorizeWhenTheRefusalAdvisesThenTheCallerMayBeTold() {
        X402AuthorizationDecision decision = authorize(
                "{\"result\":{\"allow\":false,\"advice\":{\"retry_after\":30}}}");
        assertThat(decision.reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(decision.retryAfter()).isEqualTo(Duration.ofSeconds(30));
    }

    private X402AuthorizationDecision authorize(String reply) {
        this.policy.replies(reply);
        return (X402AuthorizationDecision) this.manager.authorize(() -> this.alice, this.request);
    }

}

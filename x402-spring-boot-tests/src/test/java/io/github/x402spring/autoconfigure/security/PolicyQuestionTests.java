package io.github.x402spring.autoconfigure.security;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;

import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.PaidRequests;
import io.github.x402spring.security.RequestData;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class PolicyQuestionTests {

    private static final Map<String, Object> NOBODY = Map.of("type", "anonymous", "id", "anonymous");

    @Test
    void subjectWhenTheCallerIsKnownThenItsNameAndAuthorities() {
        assertThat(PolicyQuestion.subject(PaidRequests.caller("alice", "ROLE_USER", "SCOPE_weather")))
            .isEqualTo(Map.of("type", "user", "id", "alice", "properties",
                    Map.of("authorities", List.of("ROLE_USER", "SCOPE_weather"))));
    }

    @Test
    void subjectWhenNobodyIsKnownThenAnonymousWithoutAuthorities() {
        assertThat(PolicyQuestion.subject(null)).isEqualTo(NOBODY);
        assertThat(PolicyQuestion.subject(PaidRequests.anonymous())).isEqualTo(NOBODY);
    }

    @Test
    void subjectWhenTheCallerHasNotProvenItsNameThenAnonymous() {
        Authentication claimed = new TestingAuthenticationToken("admin", "wrong");
        assertThat(PolicyQuestion.subject(claimed)).isEqualTo(NOBODY);
    }

    @Test
    void resourceWhenThePathHasVariablesThenTheyAreText() {
        PaidRequest request = PaidRequests.authorizedBy(null,
                new RequestData(Map.of("city", "oslo", "day", "7"), Map.of()));
        assertThat(PolicyQuestion.resource(request))
            .isEqualTo(Map.of("type", "endpoint", "id", "weather", "properties", Map.of("url",
                    "https://api.example.test/weather", "path_variables", Map.of("city", "oslo", "day", "7"))));
    }

    @Test
    void resourceWhenThePathHasNoneThenNone() {
        assertThat(PolicyQuestion.resource(PaidRequests.request())).extracting("properties")
            .isEqualTo(Map.of("url", "https://api.example.test/weather", "path_variables", Map.of()));
    }

    @Test
    void paymentWhenAskedAboutThenItsTermsAndItsPayer() {
        assertThat(PolicyQuestion.payment(PaidRequests.payment(PaidRequests.PAYER)))
            .isEqualTo(Map.of("scheme", "exact", "network", "eip155:84532", "asset", "0x" + "01".repeat(20), "amount",
                    "10000", "payTo", "0x" + "02".repeat(20), "payer", PaidRequests.PAYER));
    }

    @ParameterizedTest
    @ValueSource(strings = { "s3cret-token", "s3cret-signature", "s3cret-query", "secret" })
    void questionWhenTheRequestHoldsSecretsThenNoneIsAsked(String secret) {
        PaidExchange exchange = mock();
        given(exchange.header("Authorization")).willReturn("Bearer s3cret-token");
        given(exchange.header("PAYMENT-SIGNATURE")).willReturn("s3cret-signature");
        given(exchange.query()).willReturn("key=s3cret-query");
        PaidRequest request = new PaidRequest(exchange, PaidRequests.endpoint(null), PaidRequests.payment("0x01"));
        assertThat(PolicyQuestion.subject(PaidRequests.caller("alice")).toString() + PolicyQuestion.resource(request)
                + PolicyQuestion.payment(request.payment()))
            .contains("alice")
            .doesNotContain(secret);
    }

}

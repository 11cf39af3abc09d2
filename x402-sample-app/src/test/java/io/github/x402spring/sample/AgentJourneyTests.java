package io.github.x402spring.sample;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.login.LoginServer;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets an agent that knows nothing but an address find out all the rest, from a shop and
 * an authorization server that run for real.
 */
@Tag("locale")
class AgentJourneyTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static LoginServer login;

    private static RunningShop shop;

    private static FakeFacilitator facilitator;

    private final TokenAgent agent = new TokenAgent();

    @BeforeAll
    static void open() {
        int port = RunningShop.freePort();
        login = LoginServer.start("http://localhost:" + port);
        shop = RunningShop.openOn(port, "tokens", List.of(CountedFacilitator.class),
                "spring.security.oauth2.resourceserver.jwt.issuer-uri=" + login.issuer());
        facilitator = shop.bean(FakeFacilitator.class);
    }

    @AfterAll
    static void close() {
        shop.close();
        login.close();
    }

    @BeforeEach
    void reset() {
        facilitator.reset();
    }

    @Test
    void agentWhenItKnowsTheAddressOnlyThenRegistersAndPaysAndIsServed() throws JOSEException {
        String url = shop.origin() + "/forecast/lisbon";

        HttpResponse<String> terms = this.agent.get(url);
        assertThat(terms.statusCode()).isEqualTo(402);
        Map<String, String> challenge = TokenAgent.challenge(terms, "DPoP");
        PaymentRequired required = Terms.required(terms);
        JsonNode hint = hint(required);
        assertThat(hint.path("acceptIndexes").valueStream().map(JsonNode::asInt)).containsExactly(0);
        JsonNode method = hint.path("methods").path(0);
        assertThat(method.path("type").asString()).isEqualTo("oauth2");
        assertThat(method.path("tokenType").asString()).isEqualTo("DPoP");
        assertThat(method.path("authorizationServer").asString()).isEqualTo(login.issuer());

        HttpResponse<String> registered = this.agent.register(method.path("registrationEndpoint").asString(),
                challenge.get("scope"));
        assertThat(registered.statusCode()).isEqualTo(201);
        JsonNode client = TokenAgent.json(registered);
        assertThat(client.path("client_id").asString()).isNotEmpty();
        assertThat(client.path("client_secret").asString()).isNotEmpty();

        HttpResponse<String> issued = this.agent.token(method.path("tokenEndpoint").asString(), client,
                challenge.get("scope"));
        assertThat(issued.statusCode()).isEqualTo(200);
        assertThat(TokenAgent.json(issued).path("token_type").asString()).isEqualTo("DPoP");
        String token = TokenAgent.json(issued).path("access_token").asString();
        JsonNode claims = TokenAgent.claimsOf(token);
        assertThat(claims.path("aud").toString()).contains(shop.origin());
        assertThat(claims.at("/cnf/jkt").asString()).isEqualTo(thumbprint(this.agent.key()));
        assertThat(facilitator.verifications()).isEmpty();

        String payment = Terms.pay(terms);
        HttpResponse<String> served = this.agent.get(url, this.agent.presented("GET", url, token, payment));
        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(TokenAgent.json(served).path("city").asString()).isEqualTo("lisbon");
        assertThat(served.headers()
            .firstValue("PAYMENT-RESPONSE")
            .flatMap(CODEC::decodeSettleResponse)
            .map(SettleResponse::success)).contains(true);
        assertThat(facilitator.verifications()).hasSize(1);
        assertThat(facilitator.settlements()).hasSize(1);
    }

    @Test
    void agentWhenItPaysBeforeItAuthenticatesThenThePaymentIsGoodLater() {
        String url = shop.origin() + "/forecast/lisbon";
        String payment = Terms.pay(this.agent.get(url));

        HttpResponse<String> refused = this.agent.get(url, "PAYMENT-SIGNATURE", payment);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(TokenAgent.challenge(refused, "DPoP")).containsEntry("scope", "forecast");
        assertThat(TokenAgent.json(refused).at("/advice/retry_with").asString()).isEqualTo("credentials");
        assertThat(TokenAgent.json(refused).at("/payment/charged").asString()).isEqualTo("no");
        assertThat(facilitator.verifications()).isEmpty();

        String token = tokenFor("forecast");
        assertThat(this.agent.get(url, this.agent.presented("GET", url, token, payment)).statusCode()).isEqualTo(200);
        assertThat(facilitator.settlements()).hasSize(1);
    }

    @Test
    void agentWhenItsTokenIsTooWeakThenToldWhichScopeAndThePaymentIsGoodWithAStrongerOne() {
        String url = shop.origin() + "/forecast/lisbon";
        String payment = Terms.pay(this.agent.get(url));
        JsonNode method = hint(Terms.required(this.agent.get(url))).path("methods").path(0);
        JsonNode client = TokenAgent
            .json(this.agent.register(method.path("registrationEndpoint").asString(), "forecast"));
        String tokenEndpoint = method.path("tokenEndpoint").asString();

        String weak = TokenAgent.json(this.agent.token(tokenEndpoint, client, "")).path("access_token").asString();
        HttpResponse<String> refused = this.agent.get(url, this.agent.presented("GET", url, weak, payment));
        assertThat(refused.statusCode()).isEqualTo(403);
        JsonNode envelope = TokenAgent.json(refused);
        assertThat(envelope.at("/context/reason").asString()).isEqualTo("insufficient_scope");
        assertThat(envelope.at("/payment/charged").asString()).isEqualTo("no");
        String needed = envelope.at("/context/required/scopes/0").asString();

        String strong = TokenAgent.json(this.agent.token(tokenEndpoint, client, needed))
            .path("access_token")
            .asString();
        assertThat(this.agent.get(url, this.agent.presented("GET", url, strong, payment)).statusCode()).isEqualTo(200);
        assertThat(facilitator.settlements()).hasSize(1);
    }

    @Test
    void loginServerWhenAnAgentWantsMoreThanIsOpenThenRefuses() {
        JsonNode method = hint(Terms.required(this.agent.get(shop.origin() + "/forecast/lisbon"))).path("methods")
            .path(0);
        assertThat(this.agent.register(method.path("registrationEndpoint").asString(), "admin").statusCode())
            .isEqualTo(400);
    }

    private String tokenFor(String scope) {
        JsonNode client = TokenAgent.json(this.agent.register(login.issuer() + "/oauth2/register", scope));
        return TokenAgent.json(this.agent.token(login.issuer() + "/oauth2/token", client, scope))
            .path("access_token")
            .asString();
    }

    private static JsonNode hint(PaymentRequired required) {
        JsonNode extensions = JsonMapper.shared().valueToTree(required.extensions());
        return extensions.path("auth-hints").path("info").path("authRequirements").path(0);
    }

    private static String thumbprint(ECKey key) throws JOSEException {
        return key.computeThumbprint().toString();
    }

    static class CountedFacilitator {

        @Bean
        FakeFacilitator countedFacilitator() {
            return new FakeFacilitator();
        }

    }

}

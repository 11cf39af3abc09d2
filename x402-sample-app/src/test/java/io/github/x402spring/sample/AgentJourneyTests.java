package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.HttpHeaders;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.FreePorts;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.login.LoginServer;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests an agent that knows nothing but an address and finds out all the rest, from a
 * shop and an authorization server on ports.
 */
@SpringBootTest(webEnvironment = WebEnvironment.DEFINED_PORT, properties = "sample.walkthrough=false")
@ActiveProfiles("tokens")
@AutoConfigureX402
@Tag("locale")
class AgentJourneyTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final int PORT = FreePorts.next();

    private static final String ORIGIN = "http://localhost:" + PORT;

    private static final String URL = ORIGIN + "/forecast/lisbon";

    @AutoClose
    private static final LoginServer login = LoginServer.start(ORIGIN);

    private final TokenAgent agent = new TokenAgent();

    @Autowired
    private MockFacilitator facilitator;

    @DynamicPropertySource
    static void connect(DynamicPropertyRegistry registry) {
        registry.add("server.port", () -> PORT);
        registry.add("spring.security.oauth2.resourceserver.jwt.issuer-uri", login::issuer);
    }

    @Test
    void agentWhenItKnowsTheAddressOnlyThenRegistersAndPaysAndIsServed() throws JOSEException {
        HttpResponse<String> terms = this.agent.get(URL);
        assertThat(terms.statusCode()).isEqualTo(402);
        Map<String, String> challenge = TokenAgent.challenge(terms, "DPoP");
        PaymentRequired required = required(terms);
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
        assertThat(claims.path("aud").toString()).contains(ORIGIN);
        assertThat(claims.at("/cnf/jkt").asString()).isEqualTo(thumbprint(this.agent.key()));
        assertThat(this.facilitator.verifications()).isEmpty();

        String payment = signature(paid().headersFor(required));
        HttpResponse<String> served = this.agent.get(URL, this.agent.presented("GET", URL, token, payment));
        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(TokenAgent.json(served).path("city").asString()).isEqualTo("lisbon");
        assertThat(served.headers()
            .firstValue("PAYMENT-RESPONSE")
            .flatMap(CODEC::decodeSettleResponse)
            .map(SettleResponse::success)).contains(true);
        assertThat(this.facilitator.verifications()).hasSize(1);
        assertThat(this.facilitator).settledOnce("$0.02");
    }

    @Test
    void agentWhenItPaysBeforeItAuthenticatesThenThePaymentIsGoodLater() throws IOException {
        String payment = signature(paid().headersFor(URI.create(URL)));

        HttpResponse<String> refused = this.agent.get(URL, "PAYMENT-SIGNATURE", payment);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(TokenAgent.challenge(refused, "DPoP")).containsEntry("scope", "forecast");
        assertThat(TokenAgent.json(refused).at("/advice/retry_with").asString()).isEqualTo("credentials");
        assertThat(TokenAgent.json(refused).at("/payment/charged").asString()).isEqualTo("no");
        assertThat(this.facilitator.verifications()).isEmpty();

        String token = tokenFor("forecast");
        assertThat(this.agent.get(URL, this.agent.presented("GET", URL, token, payment)).statusCode()).isEqualTo(200);
        assertThat(this.facilitator).settledOnce("$0.02");
    }

    @Test
    void agentWhenItsTokenIsTooWeakThenToldWhichScopeAndThePaymentIsGoodWithAStrongerOne() throws IOException {
        String payment = signature(paid().headersFor(URI.create(URL)));
        JsonNode method = hint(required(this.agent.get(URL))).path("methods").path(0);
        JsonNode client = TokenAgent
            .json(this.agent.register(method.path("registrationEndpoint").asString(), "forecast"));
        String tokenEndpoint = method.path("tokenEndpoint").asString();

        String weak = TokenAgent.json(this.agent.token(tokenEndpoint, client, "")).path("access_token").asString();
        HttpResponse<String> refused = this.agent.get(URL, this.agent.presented("GET", URL, weak, payment));
        assertThat(refused.statusCode()).isEqualTo(403);
        JsonNode envelope = TokenAgent.json(refused);
        assertThat(envelope.at("/context/reason").asString()).isEqualTo("insufficient_scope");
        assertThat(envelope.at("/payment/charged").asString()).isEqualTo("no");
        String needed = envelope.at("/context/required/scopes/0").asString();

        String strong = TokenAgent.json(this.agent.token(tokenEndpoint, client, needed))
            .path("access_token")
            .asString();
        assertThat(this.agent.get(URL, this.agent.presented("GET", URL, strong, payment)).statusCode()).isEqualTo(200);
        assertThat(this.facilitator).settledOnce("$0.02");
    }

    @Test
    void loginServerWhenAnAgentWantsMoreThanIsOpenThenRefuses() {
        JsonNode method = hint(required(this.agent.get(URL))).path("methods").path(0);
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

    private static PaymentRequired required(HttpResponse<?> terms) {
        return CODEC.decodePaymentRequired(terms.headers().firstValue("PAYMENT-REQUIRED").orElseThrow()).orElseThrow();
    }

    private static String thumbprint(ECKey key) throws JOSEException {
        return key.computeThumbprint().toString();
    }

    private static String signature(HttpHeaders payment) {
        return payment.getFirst("PAYMENT-SIGNATURE");
    }

}

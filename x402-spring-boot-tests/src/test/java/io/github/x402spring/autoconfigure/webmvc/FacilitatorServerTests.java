package io.github.x402spring.autoconfigure.webmvc;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class FacilitatorServerTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300, Map.of("name", "USDC", "version", "2"));

    private static final WireJson JSON = new WireJson(64 * 1024);

    private static final int MAX_SIZE = 4096;

    private final FakeFacilitator facilitator = new FakeFacilitator();

    private @Nullable String caller;

    private final FacilitatorServer server = server(1000);

    @Test
    void settleWhenPaymentIsGoodThenSettledAndNotCached() throws Exception {
        MockHttpServletResponse response = post(this.server, "/f/settle", payment());
        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(body(response).path("transaction").asString()).isEqualTo(FakeFacilitator.TRANSACTION);
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(response.getContentLength()).isEqualTo(response.getContentAsByteArray().length);
    }

    @Test
    void verifyWhenPaymentIsGoodThenAnswerOfTheFacilitator() throws Exception {
        this.facilitator.onVerify(VerifyResponse.valid("0xpayer"));
        JsonNode body = body(post(this.server, "/f/verify", payment()));
        assertThat(body.path("isValid").asBoolean()).isTrue();
        assertThat(body.path("payer").asString()).isEqualTo("0xpayer");
    }

    @Test
    void settleWhenOutcomeIsLostThenPendingAndNeverFailed() throws Exception {
        for (Exception failure : List.of(new FacilitatorException("lost", null),
                new IllegalStateException("0xcheque"))) {
            this.facilitator.onSettle(FakeFacilitator.failure(failure));
            MockHttpServletResponse response = post(this.server, "/f/settle", payment());
            assertThat(response.getStatus()).isEqualTo(200);
            assertThat(body(response).path("errorReason").asString()).isEqualTo("settlement_pending");
            assertThat(response.getContentAsString()).doesNotContain("0xcheque");
        }
    }

    @Test
    void settleWhenNothingWasSentThenSaysSo() throws Exception {
        this.facilitator.onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("down", null)));
        MockHttpServletResponse response = post(this.server, "/f/settle", payment());
        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(body(response).path("errorReason").asString()).isEqualTo("settlement_not_sent");
    }

    @ParameterizedTest
    @CsvSource({ "UNREACHABLE,PT0S,5", "ERROR,PT0S,", "REPLY,PT0S,", "ERROR,PT2.001S,3", "REPLY,PT60S,60" })
    void callWhenFacilitatorFailsThenClientIsToldToPauseOnlyForWhatNoPaymentCauses(Failure failure, Duration pause,
            @Nullable String retryAfter) throws Exception {
        FacilitatorNotReachedException thrown = new FacilitatorNotReachedException("down", null, failure, pause);
        this.facilitator.onVerify(FakeFacilitator.failure(thrown)).onSettle(FakeFacilitator.failure(thrown));
        for (String path : List.of("/f/verify", "/f/settle")) {
            MockHttpServletResponse response = post(this.server, path, payment());
            assertThat(response.getStatus()).isEqualTo(503);
            assertThat(response.getHeader("Retry-After")).isEqualTo(retryAfter);
        }
    }

    @ParameterizedTest
    @CsvSource({ "true, 503", "false, 500" })
    void verifyWhenFacilitatorFailsThenNothingIsSaidOfThePayment(boolean expected, int status) throws Exception {
        this.facilitator.onVerify(FakeFacilitator
            .failure(expected ? new FacilitatorException("0xcheque", null) : new IllegalStateException("0xcheque")));
        MockHttpServletResponse response = post(this.server, "/f/verify", payment());
        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(body(response).has("isValid")).isFalse();
        assertThat(response.getContentAsString()).doesNotContain("0xcheque");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "{", "[]", "{}", "{\"x402Version\":3}", "{\"x402Version\":2,\"paymentPayload\":{}}" })
    void settleWhenMessageIsNotTheProtocolsThenRefusedUnasked(String message) throws Exception {
        MockHttpServletResponse response = post(this.server, "/f/settle", message.getBytes(StandardCharsets.UTF_8));
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(body(response).path("errorReason").asString()).isEqualTo("invalid_payload");
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data;boundary=b",
            "application/problem+json", "*/*", "nonsense" })
    void settleWhenContentIsNotJsonThenRefusedUnread(String type) throws Exception {
        MockHttpServletRequest request = request("POST", payment());
        request.setContentType(type);
        assertThat(handle(this.server, "/f/settle", request).getStatus()).isEqualTo(415);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void settleWhenMessageIsTooLargeThenRefused() throws Exception {
        byte[] large = new byte[MAX_SIZE + 1];
        MockHttpServletRequest unannounced = new MockHttpServletRequest("POST", "/f/settle") {

            @Override
            public long getContentLengthLong() {
                return -1;
            }

        };
        unannounced.setContentType("application/json");
        unannounced.setContent(large);
        assertThat(post(this.server, "/f/settle", large).getStatus()).isEqualTo(413);
        assertThat(handle(this.server, "/f/settle", unannounced).getStatus()).isEqualTo(413);
    }

    @Test
    void takeWhenACallerAsksTooOftenThenOnlyThatCallerWaits() throws Exception {
        FacilitatorServer strict = server(1);
        this.caller = "alice";
        assertThat(post(strict, "/f/settle", payment()).getStatus()).isEqualTo(200);
        MockHttpServletResponse refused = post(strict, "/f/settle", payment());
        assertThat(refused.getStatus()).isEqualTo(429);
        assertThat(body(refused).path("errorReason").asString()).isEqualTo("settlement_not_sent");
        assertThat(Integer.parseInt(String.valueOf(refused.getHeader("Retry-After")))).isBetween(1, 61);
        this.caller = "bob";
        assertThat(post(strict, "/f/settle", payment()).getStatus()).isEqualTo(200);
    }

    @Test
    void takeWhenACallerIsNamedLikeAnAddressThenHasAnAllowanceOfItsOwn() throws Exception {
        FacilitatorServer strict = server(1);
        assertThat(post(strict, "/f/settle", payment()).getStatus()).isEqualTo(200);
        this.caller = "127.0.0.1";
        assertThat(post(strict, "/f/settle", payment()).getStatus()).isEqualTo(200);
    }

    @Test
    void settleWhenAsManyAsMayBeAreUnderWayThenNotSent() throws Exception {
        MockHttpServletResponse[] nested = new MockHttpServletResponse[2];
        this.facilitator.onVerify((call) -> VerifyResponse.valid(null));
        this.facilitator.onSettle((call) -> {
            try {
                nested[0] = post(this.server, "/f/settle", payment());
                nested[1] = post(this.server, "/f/verify", payment());
            }
            catch (Exception ex) {
                throw new IllegalStateException(ex);
            }
            throw new FacilitatorException("enough", null);
        });
        post(this.server, "/f/settle", payment());
        assertThat(nested[0].getStatus()).isEqualTo(503);
        assertThat(body(nested[0]).path("errorReason").asString()).isEqualTo("settlement_not_sent");
        assertThat(nested[1].getStatus()).isEqualTo(200);
    }

    @Test
    void supportedWhenAskedThenKindsOfTheFacilitator() throws Exception {
        MockHttpServletResponse response = handle(this.server, "/f/supported", request("GET", new byte[0]));
        assertThat(body(response).at("/kinds/0/network").asString()).isEqualTo("eip155:*");
    }

    @ParameterizedTest
    @CsvSource({ "/f/settle, GET", "/f/verify, PUT", "/f/supported, POST" })
    void handleWhenMethodIsAnotherThenRefused(String path, String method) {
        assertThatExceptionOfType(HttpRequestMethodNotSupportedException.class)
            .isThrownBy(() -> handle(this.server, path, request(method, payment())));
    }

    private FacilitatorServer server(int requestsPerMinute) {
        return new FacilitatorServer(new FacilitatorServerSettings("/f", MAX_SIZE, 1, requestsPerMinute, Set.of()),
                this.facilitator, List.of(new ExactEvmScheme(SignatureRecovery.web3j(), false)),
                new AssetRegistry(List.of()), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static byte[] payment() {
        return JSON.write(Map.of("x402Version", 2, "paymentPayload", TestWallet.named("1").pay(TERMS, NOW).tree(),
                "paymentRequirements", TERMS.toMap()));
    }

    private MockHttpServletResponse post(FacilitatorServer server, String path, byte[] message) throws Exception {
        return handle(server, path, request("POST", message));
    }

    private MockHttpServletRequest request(String method, byte[] message) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/f");
        request.setContentType("application/json;charset=UTF-8");
        request.setContent(message);
        String caller = this.caller;
        if (caller != null) {
            request.setUserPrincipal(() -> caller);
        }
        return request;
    }

    private static MockHttpServletResponse handle(FacilitatorServer server, String path, MockHttpServletRequest request)
            throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        Objects.requireNonNull(server.handlers().get(path)).handleRequest(request, response);
        return response;
    }

    private static JsonNode body(MockHttpServletResponse response) {
        return JsonMapper.shared().readTree(response.getContentAsByteArray());
    }

}

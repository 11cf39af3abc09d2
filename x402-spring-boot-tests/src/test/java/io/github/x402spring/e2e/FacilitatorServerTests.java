package io.github.x402spring.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitator;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Puts our client in front of our server.
 */
@Tag("locale")
class FacilitatorServerTests {

    private static final String TRANSACTION = FakeFacilitator.TRANSACTION;

    private static final String PAYER = PaidApp.WALLET.address();

    private static FacilitatorApp app;

    private static HttpFacilitator client;

    @BeforeAll
    static void start() {
        app = FacilitatorApp.withFake("x402.facilitator.server.requests-per-minute=100000");
        client = app.client("alice");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.fake().reset();
    }

    static List<VerifyResponse> verifyResponses() {
        return List.of(VerifyResponse.valid(PAYER), VerifyResponse.valid(null),
                VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED),
                new VerifyResponse(false, ReasonCode.EVM_SIGNATURE, PAYER));
    }

    @ParameterizedTest
    @MethodSource("verifyResponses")
    void verifyWhenFacilitatorAnswersThenClientReadsTheSame(VerifyResponse response) throws Exception {
        app.fake().onVerify(response).onVerify(response);
        PaymentDraft payment = FacilitatorApp.payment();

        assertThat(verify(payment.payload())).isEqualTo(response);
        assertThat(verify(payment.v1Payload())).isEqualTo(response);
    }

    static List<SettleResponse> settleResponses() {
        return List.of(SettleResponse.settled(PAYER, TRANSACTION, FacilitatorApp.TERMS.network()),
                SettleResponse.settled(null, TRANSACTION, FacilitatorApp.TERMS.network()),
                SettleResponse.failed(ReasonCode.EVM_NONCE_ALREADY_USED, "", FacilitatorApp.TERMS.network()),
                SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, TRANSACTION, FacilitatorApp.TERMS.network()),
                SettleResponse.failed(ReasonCode.UNEXPECTED_SETTLE_ERROR, "", FacilitatorApp.TERMS.network()));
    }

    @ParameterizedTest
    @MethodSource("settleResponses")
    void settleWhenFacilitatorAnswersThenClientReadsTheSame(SettleResponse response) throws Exception {
        app.fake().onSettle(response).onSettle(response);
        PaymentDraft payment = FacilitatorApp.payment();

        assertThat(settle(payment.payload())).isEqualTo(response);
        assertThat(settle(payment.v1Payload())).isEqualTo(new SettleResponse(response.success(), response.errorReason(),
                response.payer(), response.transaction(), "base-sepolia"));
    }

    @Test
    void callWhenForwardedThenFacilitatorGetsWhatTheGateWouldGiveIt() throws Exception {
        PaymentPayload payload = FacilitatorApp.payment()
            .extension("note", Map.of("kept", List.of("as", "it", "is")))
            .resource(FacilitatorApp.RESOURCE.toMap())
            .payload();
        PaymentPayload v1Payload = FacilitatorApp.payment().v1Payload();
        verify(payload);
        settle(payload);
        verify(v1Payload);

        assertThat(app.fake().settlements()).hasSize(1).allSatisfy((call) -> {
            assertThat(FacilitatorApp.json(call.payload().tree())).isEqualTo(FacilitatorApp.json(payload.tree()));
            assertThat(call.requirements()).isEqualTo(FacilitatorApp.TERMS);
            assertThat(call.resource()).isEqualTo(FacilitatorApp.RESOURCE);
        });
        assertThat(app.fake().verifications()).hasSize(2).first().isEqualTo(app.fake().settlements().get(0));
        assertThat(app.fake().verifications().get(1)).satisfies((call) -> {
            assertThat(call.payload()).isEqualTo(v1Payload);
            assertThat(call.requirements()).isEqualTo(FacilitatorApp.TERMS);
            assertThat(call.resource()).isEqualTo(FacilitatorApp.RESOURCE);
        });
    }

    @Test
    void supportedWhenAskedThenClientReadsTheSame() throws Exception {
        List<SupportedKind> kinds = List.of(new SupportedKind(2, "exact", "eip155:84532"),
                new SupportedKind(1, "exact", "base-sepolia"));
        app.fake().onSupported(kinds);

        assertThat(client.supported()).isEqualTo(kinds);
        assertThat(app.get(FacilitatorApp.SUPPORTED, FacilitatorApp.basic("alice")).text()).isEqualTo("""
                {"kinds":[{"x402Version":2,"scheme":"exact","network":"eip155:84532"},\
                {"x402Version":1,"scheme":"exact","network":"base-sepolia"}],"extensions":[],"signers":{}}""");
    }

    static Stream<Exception> failures() {
        return Stream.of(new FacilitatorException("lost", null), new FacilitatorNotReachedException("away", null),
                new IllegalStateException("broken"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void verifyWhenFacilitatorFailsThenClientHasNoAnswer(Exception failure) {
        app.fake().onVerify(FakeFacilitator.failure(failure));

        assertThatExceptionOfType(FacilitatorException.class)
            .isThrownBy(() -> verify(FacilitatorApp.payment().payload()));
    }

    @Test
    void verifyWhenFacilitatorIsAwayThenAnswerSaysNothingAboutThePayment() {
        app.fake()
            .onVerify(FakeFacilitator
                .failure(new FacilitatorNotReachedException("away", null, Failure.UNREACHABLE, Duration.ZERO)));
        Answer answer = app.postAs("alice", FacilitatorApp.VERIFY, FacilitatorApp.body());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("5");
        assertThat(answer.text()).isEqualTo("{\"error\":\"The facilitator is not available\"}");
    }

    @Test
    void settleWhenNothingWasSentThenClientKnows() {
        FacilitatorNotReachedException failure = new FacilitatorNotReachedException("away", null, Failure.UNREACHABLE,
                Duration.ZERO);
        app.fake().onSettle(FakeFacilitator.failure(failure)).onSettle(FakeFacilitator.failure(failure));
        Answer answer = app.postAs("alice", FacilitatorApp.SETTLE, FacilitatorApp.body());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("5");
        assertThat(answer.text()).isEqualTo("""
                {"success":false,"errorReason":"settlement_not_sent","transaction":"","network":"",\
                "error":"The facilitator is not available"}""");
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> settle(FacilitatorApp.payment().payload()));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void settleWhenOutcomeIsUnknownThenPending(boolean bug) throws Exception {
        app.fake()
            .onSettle(FakeFacilitator
                .failure(bug ? new IllegalStateException("broken") : new FacilitatorException("lost", null)));

        assertThat(settle(FacilitatorApp.payment().payload()))
            .isEqualTo(SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "", FacilitatorApp.TERMS.network()));
    }

    @Test
    void callWhenPaymentIsInvalidThenOkWithReasonAndFacilitatorIsNotCalled() {
        PaymentPayload forged = FacilitatorApp.payment().signedBy(TestWallet.named("5")).payload();
        String body = FacilitatorApp.json(FacilitatorApp.message(forged));
        Answer verified = app.postAs("alice", FacilitatorApp.VERIFY, body);
        Answer settled = app.postAs("alice", FacilitatorApp.SETTLE, body);

        assertThat(verified.status()).isEqualTo(200);
        assertThat(verified.text()).isEqualTo("{\"isValid\":false,\"invalidReason\":\"invalid_exact_evm_signature\"}");
        assertThat(settled.status()).isEqualTo(200);
        assertThat(settled.text()).isEqualTo("""
                {"success":false,"errorReason":"invalid_exact_evm_signature","transaction":"",\
                "network":"eip155:84532"}""");
        assertThat(app.fake().verifications()).isEmpty();
        assertThat(app.fake().settlements()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { FacilitatorApp.VERIFY, FacilitatorApp.SETTLE })
    void callWhenAnsweredThenNothingIsKeptOrLogged(String path) {
        PaymentPayload payload = FacilitatorApp.payment().payload();
        String signature = String.valueOf(payload.payload().get("signature"));
        app.fake().onSettle(FakeFacilitator.failure(new IllegalStateException("broken")));
        try (CapturedLog log = CapturedLog.begin()) {
            Answer answer = app.postAs("alice", path, FacilitatorApp.json(FacilitatorApp.message(payload)));
            app.postAs("alice", path, "{\"paymentPayload\":\"" + signature + "\"}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            assertThat(answer.everything()).doesNotContain(signature);
            assertThat(log.text()).isNotEmpty().doesNotContain(signature);
        }
    }

    static Stream<Hostile> hostileRequests() {
        String payload = FacilitatorApp.body();
        String nested = "[".repeat(100) + "]".repeat(100);
        return Stream.of(new Hostile(400, "not JSON", "payment please"), new Hostile(400, "empty", ""),
                new Hostile(400, "an array", "[" + payload + "]"), new Hostile(400, "null", "null"),
                new Hostile(400, "more than one", payload + payload),
                new Hostile(400, "deep", "{\"a\":" + nested + "," + payload.substring(1)),
                new Hostile(400, "duplicate", "{\"x402Version\":2," + payload.substring(1)),
                new Hostile(400, "no version", payload.replaceFirst("\"x402Version\":2,", "")),
                new Hostile(400, "another version", payload.replace("\"x402Version\":2", "\"x402Version\":3")),
                new Hostile(400, "two versions", payload.replaceFirst("\"x402Version\":2", "\"x402Version\":1")),
                new Hostile(400, "no payload", "{\"x402Version\":2,\"paymentPayload\":{\"x402Version\":2}}"),
                new Hostile(400, "no terms", payload.replace("paymentRequirements", "paymentTerms")),
                new Hostile(400, "no amount", payload.replace("\"amount\"", "\"price\"")),
                new Hostile(400, "negative amount", payload.replace("\"amount\":\"", "\"amount\":\"-")),
                new Hostile(400, "no network", payload.replace("\"eip155:84532\"", "\"base-sepolia\"")),
                new Hostile(400, "no time", payload.replace("\"maxTimeoutSeconds\":300", "\"maxTimeoutSeconds\":0")),
                new Hostile(400, "half a character", payload.replace("USDC", "\\ud800")),
                new Hostile(413, "large", payload.replace("USDC", "U".repeat(64 * 1024))));
    }

    @ParameterizedTest
    @MethodSource("hostileRequests")
    void callWhenRequestIsHostileThenRefusedInTheProtocolsForm(Hostile hostile) {
        Answer verified = app.postAs("alice", FacilitatorApp.VERIFY, hostile.body());
        Answer settled = app.postAs("alice", FacilitatorApp.SETTLE, hostile.body());

        assertThat(verified.status()).isEqualTo(hostile.status());
        assertThat(verified.json().path("isValid").asBoolean(true)).isFalse();
        assertThat(verified.json().path("invalidReason").asString()).isEqualTo("invalid_payload");
        assertThat(settled.status()).isEqualTo(hostile.status());
        assertThat(settled.json().path("success").asBoolean(true)).isFalse();
        assertThat(settled.json().path("errorReason").asString()).isEqualTo("invalid_payload");
        assertThat(settled.json().path("transaction").asString("?")).isEmpty();
        assertThat(List.of(verified, settled))
            .allSatisfy((answer) -> assertThat(answer.json().path("error").asString()).hasSizeBetween(5, 60)
                .doesNotContain(PAYER));
        assertThat(app.fake().verifications()).isEmpty();
        assertThat(app.fake().settlements()).isEmpty();
    }

    @Test
    void callWhenBodyIsLargeAndChunkedThenRefused() {
        String chunk = "a".repeat(0x8000);
        String body = ("8000\r\n" + chunk + "\r\n").repeat(3) + "0\r\n\r\n";
        Answer answer = app.app()
            .http()
            .send("POST", FacilitatorApp.VERIFY, null, FacilitatorApp.JSON_TYPE, FacilitatorApp.basic("alice"),
                    "Host: localhost", "Transfer-Encoding: chunked",
                    "Connection: close\r\n\r\n" + body + "X-Ignored: 1");

        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense",
            "application/problem+json" })
    void callWhenContentTypeIsWrongThenRefused(String contentType) {
        Answer answer = app.post(FacilitatorApp.VERIFY, FacilitatorApp.body(), "Content-Type: " + contentType,
                FacilitatorApp.basic("alice"));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.json().path("isValid").asBoolean(true)).isFalse();
        assertThat(app.fake().verifications()).isEmpty();
    }

    @Test
    void callWhenContentTypeHasCharsetThenAnswered() {
        assertThat(app
            .post(FacilitatorApp.VERIFY, FacilitatorApp.body(), "Content-Type: application/json; charset=utf-8",
                    FacilitatorApp.basic("alice"))
            .status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET " + FacilitatorApp.VERIFY, "PUT " + FacilitatorApp.SETTLE,
            "POST " + FacilitatorApp.SUPPORTED, "DELETE " + FacilitatorApp.SUPPORTED })
    void callWhenMethodIsWrongThenNotAllowed(String line) {
        String[] words = line.split(" ");
        Answer answer = app.app()
            .http()
            .send(words[0], words[1], "{}", FacilitatorApp.JSON_TYPE, FacilitatorApp.basic("alice"));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(words[1].endsWith("supported") ? "GET" : "POST");
    }

    private static VerifyResponse verify(PaymentPayload payload) throws FacilitatorException {
        VerifyResponse response = client.verify(payload, FacilitatorApp.TERMS, FacilitatorApp.RESOURCE);
        assertRemark(response.remark(), response.invalidReason());
        return response.with(FacilitatorRemark.NONE);
    }

    private static SettleResponse settle(PaymentPayload payload) throws FacilitatorException {
        SettleResponse response = client.settle(payload, FacilitatorApp.TERMS, FacilitatorApp.RESOURCE);
        assertRemark(response.remark(), response.errorReason());
        return response.with(FacilitatorRemark.NONE);
    }

    /** The reason on the wire, and nothing besides. */
    private static void assertRemark(FacilitatorRemark remark, @Nullable ReasonCode code) {
        assertThat(remark)
            .isEqualTo((code != null) ? new FacilitatorRemark(code.value(), "", "") : FacilitatorRemark.NONE);
    }

    record Hostile(int status, String name, String body) {

        @Override
        public String toString() {
            return this.name;
        }

    }

}

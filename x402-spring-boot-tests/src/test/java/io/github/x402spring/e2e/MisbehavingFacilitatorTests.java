package io.github.x402spring.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Eventually;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Puts a facilitator over HTTP behind the server that does everything a facilitator
 * should not.
 */
@Tag("waiting")
class MisbehavingFacilitatorTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String PAYER = PaidApp.WALLET.address();

    private static final String STRANGER = TestWallet.named("7").address();

    private static final String NETWORK = "eip155:84532";

    private static final String TRANSACTION = FakeFacilitator.TRANSACTION;

    private static final Behaviour VALID = HostileFacilitatorServer.valid(PAYER);

    private static final Behaviour SETTLED = HostileFacilitatorServer.settled(PAYER, TRANSACTION, NETWORK);

    private static final String VALID_BODY = "{\"isValid\":true,\"payer\":\"" + PAYER + "\"}";

    private static final String SETTLED_BODY = "{\"success\":true,\"payer\":\"" + PAYER + "\",\"transaction\":\""
            + TRANSACTION + "\",\"network\":\"" + NETWORK + "\"}";

    private static final int HANGING = 50;

    private static HostileFacilitatorServer server;

    private static PaidApp app;

    private int verifiedBefore;

    private int settledBefore;

    @BeforeAll
    static void start() {
        server = HostileFacilitatorServer.start();
        app = start(server, "2s");
    }

    @AfterAll
    static void stop() {
        server.close();
        app.close();
    }

    @BeforeEach
    void reset() {
        server.on("/verify", VALID).on("/settle", SETTLED).on("/supported", HostileFacilitatorServer.json("{}"));
        endPause();
        app.deliveries().reset();
        app.endUnknown();
        this.verifiedBefore = server.requests("/verify").size();
        this.settledBefore = server.requests("/settle").size();
    }

    /** A facilitator that has enough is not asked for a second. */
    private static void endPause() {
        FacilitatorCircuits circuits = app.bean(FacilitatorCircuits.class);
        Eventually.await("the pause is over", () -> circuits.verify() != FacilitatorCircuits.State.OPEN);
    }

    private int verifications() {
        return server.requests("/verify").size() - this.verifiedBefore;
    }

    private int settlements() {
        return server.requests("/settle").size() - this.settledBefore;
    }

    private static HostileFacilitatorServer behaving() {
        return HostileFacilitatorServer.start().on("/verify", VALID).on("/settle", SETTLED);
    }

    private static PaidApp start(HostileFacilitatorServer server, String timeout) {
        return PaidApp.start(Shop.class, "x402.facilitator.url=" + server.url(),
                "x402.facilitator.verify-timeout=" + timeout, "x402.facilitator.settle-timeout=" + timeout,
                "x402.facilitator.circuit-breaker.failure-rate=100", "server.shutdown=immediate");
    }

    private static Stream<Arguments> noAnswers(String body) {
        return Stream.of(arguments("hangs", HostileFacilitatorServer.hang()),
                arguments("hangs after the head", HostileFacilitatorServer.hangAfterHead()),
                arguments("resets", HostileFacilitatorServer.reset()),
                arguments("closes", HostileFacilitatorServer.closeWithoutAnswer()),
                arguments("drips", HostileFacilitatorServer.drip(body, Duration.ofMillis(50))),
                arguments("drips the head", HostileFacilitatorServer.dripHead(Duration.ofMillis(50))),
                arguments("speaks another protocol", HostileFacilitatorServer.raw("SSH-2.0-x\r\n")),
                arguments("answers 10 MB", HostileFacilitatorServer.chunked(body, 10 * 1024 * 1024)),
                arguments("answers HTML", HostileFacilitatorServer.document(200, "text/html", "<html>busy</html>")),
                arguments("answers nothing", HostileFacilitatorServer.json("")),
                arguments("answers null", HostileFacilitatorServer.json("null")),
                arguments("answers a list", HostileFacilitatorServer.json("[" + body + "]")),
                arguments("answers an empty object", HostileFacilitatorServer.json("{}")),
                arguments("answers twice", HostileFacilitatorServer.json(body + body)),
                arguments("answers a text for a truth",
                        HostileFacilitatorServer.json(body.replace(":true", ":\"true\""))),
                arguments("answers half", HostileFacilitatorServer.json(body.substring(0, body.length() / 2))),
                arguments("answers half of what it announced", HostileFacilitatorServer.wrongLength(body, 5000)),
                arguments("answers half a character",
                        HostileFacilitatorServer.json(body.replace("\"payer\":\"", "\"payer\":\"\\ud800"))),
                arguments("answers 500", HostileFacilitatorServer.json(500, "{\"error\":\"x\"}")),
                arguments("answers 500 with success", HostileFacilitatorServer.json(500, body)),
                arguments("answers 503 HTML", HostileFacilitatorServer.document(503, "text/html", "<html>")),
                arguments("answers 404", HostileFacilitatorServer.json(404, "{\"error\":\"not found\"}")),
                arguments("answers 401", HostileFacilitatorServer.json(401, "{\"error\":\"unauthorized\"}")),
                arguments("answers 429", HostileFacilitatorServer.json(429, "{\"error\":\"slow down\"}")),
                arguments("answers 204", HostileFacilitatorServer.json(204, "")),
                arguments("for another payer", HostileFacilitatorServer.json(body.replace(PAYER, STRANGER))));
    }

    static Stream<Arguments> atVerify() {
        return noAnswers(VALID_BODY);
    }

    static Stream<Arguments> atSettle() {
        return Stream.concat(noAnswers(SETTLED_BODY), Stream.of(
                arguments("settles without a transaction", HostileFacilitatorServer.settled(PAYER, "", NETWORK)),
                arguments("settles on another network",
                        HostileFacilitatorServer.settled(PAYER, TRANSACTION, "eip155:8453")),
                arguments("fails without a reason",
                        HostileFacilitatorServer
                            .json("{\"success\":false,\"transaction\":\"\",\"network\":\"" + NETWORK + "\"}")),
                arguments("is pending",
                        HostileFacilitatorServer.notSettled("settlement_pending", TRANSACTION, NETWORK)),
                arguments("fails with an exception's message",
                        HostileFacilitatorServer.notSettled("Request timed out after 30s", "", NETWORK)),
                arguments("finds the nonce used",
                        HostileFacilitatorServer.notSettled("invalid_exact_evm_nonce_already_used", "", NETWORK))));
    }

    @Test
    void payWhenFacilitatorBehavesThenDelivers() {
        assertDelivered(get("/a", app.pay("/a")), "a");
        assertThat(verifications()).isEqualTo(1);
        assertThat(settlements()).isEqualTo(1);
    }

    @Test
    void payWhenFacilitatorIsDownThenIsUnavailable() {
        HostileFacilitatorServer down = behaving();
        down.stopListening();
        try (down; PaidApp shop = start(down, "2s")) {
            assertUnavailable(shop.http().get("/a", PaidApp.signature(shop.pay("/a"))));
            assertThat(shop.deliveries().runs()).isEmpty();
        }
    }

    @Test
    void payWhenFacilitatorGoesDownBeforeSettlementThenIsUnavailable() {
        HostileFacilitatorServer falling = behaving();
        falling.on("/verify", (exchange) -> {
            falling.stopListening();
            VALID.answer(exchange);
        });
        try (falling; PaidApp shop = start(falling, "2s")) {
            assertUnavailable(shop.http().get("/a", PaidApp.signature(shop.pay("/a"))));
            assertThat(shop.deliveries().runs()).containsExactly("a");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("atVerify")
    void payWhenVerifyMisbehavesThenIsUnavailableAndMayBePresentedAgain(String name, Behaviour behaviour) {
        PaymentDraft payment = app.pay("/a");
        server.on("/verify", behaviour);
        assertUnavailable(get("/a", payment));
        assertThat(app.deliveries().runs()).isEmpty();
        assertThat(verifications()).isEqualTo(1);
        assertThat(settlements()).isZero();
        server.on("/verify", VALID);
        endPause();
        assertDelivered(get("/a", payment), "a");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("atSettle")
    void payWhenSettleMisbehavesThenIsPendingAndTheSamePaymentIsDelivered(String name, Behaviour behaviour) {
        PaymentDraft payment = app.pay("/a");
        server.on("/settle", behaviour);
        assertPending(get("/a", payment));
        assertThat(verifications()).isEqualTo(1);
        assertBoundToA(payment);
        server.on("/settle", SETTLED);
        endPause();
        assertDelivered(get("/a", payment), "a");
        assertThat(verifications()).isEqualTo(1);
        assertThat(get("/a", payment).reason()).isEqualTo("payment_already_used");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("atSettle")
    void payUpfrontWhenSettleMisbehavesThenTheHandlerDoesNotRun(String name, Behaviour behaviour) {
        PaymentDraft payment = app.pay("/upfront");
        server.on("/settle", behaviour);
        assertPending(get("/upfront", payment));
        assertThat(app.deliveries().runs()).isEmpty();
        server.on("/settle", SETTLED);
        endPause();
        assertDelivered(get("/upfront", payment), "upfront");
        assertThat(app.deliveries().runs()).containsExactly("upfront");
    }

    @Test
    void payWhenFacilitatorRedirectsThenNobodyFollows() {
        try (HostileFacilitatorServer other = HostileFacilitatorServer.start()
            .on("/verify", VALID)
            .on("/settle", SETTLED)) {
            PaymentDraft payment = app.pay("/a");
            server.on("/verify", HostileFacilitatorServer.redirect(307, other.url().resolve("/verify"), VALID_BODY));
            assertUnavailable(get("/a", payment));
            server.on("/verify", VALID)
                .on("/settle", HostileFacilitatorServer.redirect(308, other.url().resolve("/settle"), SETTLED_BODY));
            assertPending(get("/a", payment));
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void payWhenSettlementFailsForAReasonThenChallengesAnew() {
        server.on("/settle",
                HostileFacilitatorServer.notSettled("invalid_exact_evm_insufficient_balance", "", NETWORK));
        Answer answer = get("/a", app.pay("/a"));
        assertThat(answer.reason()).isEqualTo("settlement_failed");
        assertThat(PaidApp.challenge(answer).error()).isEqualTo("settlement_failed");
        assertThat(receipt(answer).path("success").asBoolean()).isFalse();
        assertThat(receipt(answer).path("errorReason").asString()).isEqualTo("invalid_exact_evm_insufficient_balance");
        assertThat(answer.everything()).doesNotContain("delivered a");
        server.on("/settle", SETTLED);
        endPause();
        assertDelivered(get("/a", app.pay("/a")), "a");
    }

    @ParameterizedTest
    @CsvSource({ "200, timeout", "200, rpc_error", "200, internal_error", "200, transaction_failed",
            "200, invalid_exact_evm_transaction_failed", "409, in_progress", "429, rate_limited",
            "400, invalid_transaction_state", "402, duplicate_settlement",
            "400, invalid_exact_evm_nonce_already_used" })
    void payWhenRefusalProvesNothingThenIsPendingAndTheSamePaymentIsDelivered(int status, String reason) {
        PaymentDraft payment = app.pay("/a");
        server.on("/settle", HostileFacilitatorServer.json(status, "{\"success\":false,\"errorReason\":\"" + reason
                + "\",\"transaction\":\"\",\"network\":\"" + NETWORK + "\"}"));
        assertPending(get("/a", payment));
        server.on("/settle", SETTLED);
        endPause();
        assertDelivered(get("/a", payment), "a");
    }

    @Test
    void payWhenPendingComesWithStatus500ThenIsPresentedAgainAndTheTransactionIsKept() {
        PaymentDraft payment = app.pay("/a");
        server.on("/settle",
                HostileFacilitatorServer.json(500, "{\"success\":false,\"errorReason\":\"settlement_pending\","
                        + "\"transaction\":\"" + TRANSACTION + "\",\"network\":\"" + NETWORK + "\"}"));
        Answer answer = get("/a", payment);
        assertPending(answer);
        assertThat(settlements()).isEqualTo(2);
        assertThat(receipt(answer).path("transaction").asString()).isEqualTo(TRANSACTION);
    }

    @Test
    void payWhenSuccessIsPendingThenIsPresentedAgainAndDeliveredOnceItIsFinal() {
        PaymentDraft payment = app.pay("/a");
        server.on("/settle",
                HostileFacilitatorServer.json(SETTLED_BODY.replaceFirst("\\{", "{\"status\":\"pending\",")));
        assertPending(get("/a", payment));
        assertThat(settlements()).isEqualTo(2);
        server.on("/settle",
                HostileFacilitatorServer.json(SETTLED_BODY.replaceFirst("\\{", "{\"status\":\"Confirmed\",")));
        assertDelivered(get("/a", payment), "a");
    }

    @Test
    void payWhenReasonAndStatusAreConfiguredThenTheyCount() {
        try (HostileFacilitatorServer own = behaving();
                PaidApp shop = PaidApp.start(List.of(Shop.class, MovableTime.class),
                        "x402.facilitator.url=" + own.url(), "x402.facilitator.final-statuses=mined",
                        "x402.facilitator.refusals-before-sending=kyt_blocked")) {
            own.on("/settle", HostileFacilitatorServer.notSettled("kyt_blocked", "", NETWORK));
            Answer refused = shop.http().get("/a", PaidApp.signature(shop.pay("/a")));
            assertThat(refused.reason()).isEqualTo("settlement_failed");
            own.on("/settle",
                    HostileFacilitatorServer.json(SETTLED_BODY.replaceFirst("\\{", "{\"status\":\"MINED\",")));
            assertDelivered(shop.http().get("/a", PaidApp.signature(shop.pay("/a"))), "a");
        }
    }

    @Test
    void payWhenMembersOfTheRepliesAreEmptyThenDelivers() {
        server.on("/verify", HostileFacilitatorServer.json("{\"isValid\":true,\"invalidReason\":\"\",\"payer\":\"\"}"))
            .on("/settle",
                    HostileFacilitatorServer
                        .json("{\"success\":true,\"errorReason\":\"\",\"payer\":\"\",\"amount\":\"\","
                                + "\"transaction\":\"" + TRANSACTION + "\",\"network\":\"" + NETWORK + "\"}"));
        assertDelivered(get("/a", app.pay("/a")), "a");
    }

    @Test
    void payWhenAnotherAmountWasSettledThenIsPending() {
        server.on("/settle", HostileFacilitatorServer.json(SETTLED_BODY.replaceFirst("\\{", "{\"amount\":\"1\",")));
        assertPending(get("/a", app.pay("/a")));
    }

    @Test
    void payWhenPendingAndThenSettledThenDelivers() {
        server.on("/settle", HostileFacilitatorServer
            .sequence(HostileFacilitatorServer.notSettled("settlement_pending", TRANSACTION, NETWORK), SETTLED));
        assertDelivered(get("/a", app.pay("/a")), "a");
        assertThat(settlements()).isEqualTo(2);
    }

    @Test
    void payWhenPendingThenSettledAfterAnotherFailureThenStaysPending() {
        PaymentDraft payment = app.pay("/a");
        server.on("/settle", HostileFacilitatorServer.reset());
        assertPending(get("/a", payment));
        server.on("/settle", HostileFacilitatorServer.notSettled("invalid_exact_evm_transaction_failed", "", NETWORK));
        assertPending(get("/a", payment));
    }

    @Test
    void freeWhenFiftyPaidRequestsHangThenIsDelivered() throws Exception {
        try (HostileFacilitatorServer hung = behaving(); PaidApp shop = start(hung, "120s")) {
            hung.on("/verify", HostileFacilitatorServer.hang());
            List<Future<Answer>> hanging = new ArrayList<>();
            for (int i = 0; i < HANGING; i++) {
                String payment = PaidApp.signature(shop.pay("/a"));
                hanging.add(Together.start(() -> shop.http().get("/a", payment)));
            }
            hung.awaitUnfinished(HANGING);
            for (int i = 0; i < HANGING; i++) {
                assertThat(shop.http().get("/free").text()).isEqualTo("delivered free");
            }
            PaidApp.challenge(shop.http().get("/a"));
            assertThat(hung.unfinished()).isEqualTo(HANGING);
            assertThat(hanging).noneMatch(Future::isDone);
            hung.release();
            assertThat(Together.results(hanging)).hasSize(HANGING)
                .allSatisfy(MisbehavingFacilitatorTests::assertUnavailable);
        }
    }

    private Answer get(String target, PaymentDraft payment) {
        return app.http().get(target, PaidApp.signature(payment));
    }

    private void assertBoundToA(PaymentDraft payment) {
        payment.accepted(app.terms("/b").toMap());
        Answer elsewhere = get("/b", payment);
        assertThat(elsewhere.status()).isEqualTo(409);
        assertThat(elsewhere.reason()).isEqualTo("request_mismatch");
        assertThat(elsewhere.all("PAYMENT-REQUIRED")).isEmpty();
        payment.accepted(app.terms("/a").toMap());
        assertThat(app.deliveries().runs()).doesNotContain("b");
    }

    private static void assertDelivered(Answer answer, String handler) {
        assertThat(answer.text()).isEqualTo("delivered " + handler);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(receipt(answer).path("success").asBoolean()).isTrue();
        assertThat(receipt(answer).path("transaction").asString()).isEqualTo(TRANSACTION);
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("temporarily_unavailable");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(answer.all("PAYMENT-RESPONSE")).isEmpty();
        assertNothingElse(answer);
    }

    private static void assertPending(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("settlement_pending");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(receipt(answer).path("success").asBoolean(true)).isFalse();
        assertThat(receipt(answer).path("errorReason").asString()).isEqualTo("settlement_pending");
        assertNothingElse(answer);
    }

    private static void assertNothingElse(Answer answer) {
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.everything()).doesNotContain("delivered a", "delivered upfront");
    }

    private static JsonNode receipt(Answer answer) {
        assertThat(answer.all("PAYMENT-RESPONSE")).hasSize(1);
        return JSON.readTree(Base64.getDecoder().decode(answer.header("PAYMENT-RESPONSE")));
    }

}

package io.github.x402spring.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.e2e.GuardedShop.Rule;
import io.github.x402spring.e2e.GuardedShop.Rules;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts what was asked of the facilitator until a rule refused, for every kind of answer
 * and every place where a rule may stand.
 */
class DecisionOrderTests {

    private static final List<String> UPFRONT = List.of("/upfront", "/upfront-callable", "/upfront-stream");

    private static final List<String> SETTLED_LATER = List.of("/plain", "/callable", "/future", "/stream", "/events");

    private static volatile boolean decisionPointAllows = true;

    private static HttpServer decisionPoint;

    private static PaidApp app;

    private static Rules rules;

    @BeforeAll
    static void start() throws IOException {
        decisionPoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        decisionPoint.createContext("/", (exchange) -> {
            byte[] answer = ("{\"result\":" + decisionPointAllows + "}").getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        decisionPoint.start();
        app = PaidApp.start(GuardedShop.class, "x402.authorization.opa.url=http://localhost:"
                + decisionPoint.getAddress().getPort() + "/v1/data/shop/paid");
        rules = app.bean(Rules.class);
    }

    @AfterAll
    static void stop() {
        app.close();
        decisionPoint.stop(0);
    }

    @BeforeEach
    void reset() {
        rules.open();
        decisionPointAllows = true;
        app.reset();
    }

    static Stream<String> endpoints() {
        return Stream.concat(SETTLED_LATER.stream(), UPFRONT.stream());
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void callerWhenNobodyKnowsItThenAskedForCredentialsAndNothingIsVerified(String path) {
        String payment = PaidApp.signature(app.pay(path));
        Answer answer = app.http().get(path, payment);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isNotNull();
        assertCalls(0, 0);
        assertGood(path, payment);
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void urlRuleWhenItRefusesThenForbiddenAndNothingIsVerified(String path) {
        String payment = PaidApp.signature(app.pay(path));
        rules.close(Rule.URL);
        assertThat(app.http().get(path, payment, PolicyShop.ALICE).status()).isEqualTo(403);
        assertCalls(0, 0);
        rules.open();
        assertGood(path, payment);
    }

    @ParameterizedTest
    @MethodSource("rulesBehindThePayment")
    void ruleWhenItRefusesAfterThePaymentWasVerifiedThenForbiddenAndNothingIsSettled(String path, Rule rule) {
        String payment = PaidApp.signature(app.pay(path));
        rules.close(rule);
        Answer refused = app.http().get(path, payment, PolicyShop.ALICE);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.header("PAYMENT-RESPONSE")).isNull();
        assertCalls(UPFRONT.contains(path) ? 0 : 1, 0);
        rules.open();
        assertGood(path, payment);
    }

    static Stream<Arguments> rulesBehindThePayment() {
        return endpoints().flatMap((path) -> Stream.of(Rule.EXPRESSION, Rule.POLICY_BEAN, Rule.METHOD)
            .map((rule) -> Arguments.of(path, rule)));
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void decisionPointWhenItRefusesThenForbiddenAndNothingIsSettled(String path) {
        String payment = PaidApp.signature(app.pay(path));
        decisionPointAllows = false;
        assertThat(app.http().get(path, payment, PolicyShop.ALICE).status()).isEqualTo(403);
        assertCalls(UPFRONT.contains(path) ? 0 : 1, 0);
        decisionPointAllows = true;
        assertGood(path, payment);
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void callerWhenAllowedAndNothingIsPaidThenAskedForThePayment(String path) {
        Answer answer = app.http().get(path, PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.header("PAYMENT-REQUIRED")).isNotNull();
        assertThat(answer.header("WWW-Authenticate")).isNull();
        assertCalls(0, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/upfront", "/upfront-callable", "/upfront-stream" })
    void upfrontWhenItsGuardLetsTheCallThroughThenIsSettledBeforeTheHandlerRuns(String path) {
        app.deliveries().onNext(() -> assertThat(app.facilitator().settlements()).hasSize(1));
        assertGood(path, PaidApp.signature(app.pay(path)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/upfront", "/upfront-callable", "/upfront-stream" })
    void upfrontWhenItIsNotSettledThenTheHandlerDoesNotRun(String path) {
        app.facilitator()
            .onSettle(SettleResponse.failed(ReasonCode.of("insufficient_funds"), "", Network.parse("base-sepolia")));
        Answer refused = app.http().get(path, PaidApp.signature(app.pay(path)), PolicyShop.ALICE);
        assertThat(refused.status()).isEqualTo(402);
        assertThat(refused.reason()).isEqualTo("settlement_failed");
        assertThat(app.deliveries().runs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/upfront", "/upfront-callable", "/upfront-stream" })
    void upfrontWhenNobodyKnowsWhetherItIsSettledThenTheHandlerWaitsForTheSamePayment(String path) {
        app.facilitator().onSettle(FakeFacilitator.failure(new FacilitatorException("timeout", null)));
        String payment = PaidApp.signature(app.pay(path));
        Answer pending = app.http().get(path, payment, PolicyShop.ALICE);
        assertThat(pending.status()).isEqualTo(503);
        assertThat(pending.reason()).isEqualTo("settlement_pending");
        assertThat(app.deliveries().runs()).isEmpty();

        rules.close(Rule.METHOD);
        Answer refused = app.http().get(path, payment, PolicyShop.ALICE);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.everything()).doesNotContain("\"charged\":\"no\"");
        rules.open();
        assertThat(app.http().get(path, payment, PolicyShop.ALICE).status()).isEqualTo(200);
        assertThat(app.deliveries().runs()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/upfront", "/upfront-callable" })
    void upfrontWhenTheHandlerFailsThenItsErrorCarriesTheReceipt(String path) {
        app.deliveries().onNext(() -> {
            throw new IllegalStateException("The handler fails");
        });
        Answer failed = app.http().get(path, PaidApp.signature(app.pay(path)), PolicyShop.ALICE);
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.header("PAYMENT-RESPONSE")).isNotNull();
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    private static void assertGood(String path, String payment) {
        Answer answer = app.http().get(path, payment, PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("delivered " + path.substring(1));
        assertThat(answer.header("PAYMENT-RESPONSE")).isNotNull();
        assertThat(app.facilitator().settlements()).hasSize(1);
        assertThat(app.deliveries().runs()).hasSize(1);
    }

    private static void assertCalls(int verifications, int settlements) {
        assertThat(app.facilitator().verifications()).hasSize(verifications);
        assertThat(app.facilitator().settlements()).hasSize(settlements);
        assertThat(app.deliveries().runs()).isEmpty();
    }

}

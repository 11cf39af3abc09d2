package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.webmvc.RawHttpClient.Call;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class ExchangeEndTests extends PaidShopFixture {

    @AfterEach
    void nothingEndedTwice() {
        this.heard.assertEachEndedOnce();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/twin/forward", "/twin/include", "/twin/dispatch", "/paid/string" })
    void endWhenNothingIsPaidThenChallenged(String path) throws Exception {
        this.heard.begin();
        this.customer.send(RawRequest.get(path));
        assertEnd(this.heard.awaitEnd(), ExchangeDecision.CHALLENGED, Reason.PAYMENT_REQUIRED, 402);
    }

    @Test
    void endWhenHeadIsPaidThenChallenged() throws Exception {
        this.customer.send(paying("/paid/string").method("HEAD"));
        assertEnd(this.heard.awaitEnd(), ExchangeDecision.CHALLENGED, Reason.PAYMENT_REQUIRED, 402);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/twin/forward", "/twin/include", "/twin/include-text", "/twin/dispatch" })
    void endWhenDispatchedToAPaidHandlerThenSettled(String path) throws Exception {
        RawResponse response = this.customer.send(paying(path));
        ExchangeEnd end = this.heard.awaitEnd();
        assertEnd(end, ExchangeDecision.SETTLED, null, 200);
        assertThat(end.response().delivery()).isEqualTo(Delivery.WHOLE);
        assertThat(end.response().bytes()).isEqualTo(response.body().length);
        assertThat(end.response().sha256()).isEqualTo(HeardExchanges.sha256(response.body()));
    }

    @Test
    void endWhenOnePaidHandlerLeadsToAnotherThenBothEnd() throws Exception {
        RawResponse response = this.customer.send(paying("/trap/paid-into-paid"));
        assertThat(this.heard.awaitEnd().decision()).isEqualTo(ExchangeDecision.REPLAYED);
        assertEnd(this.heard.awaitEnd(), ExchangeDecision.RELEASED, null, response.status());
    }

    @ParameterizedTest
    @ValueSource(strings = { "/trap/never", "/trap/raw-never", "/trap/raw-silent" })
    void endWhenTheHandlerNeverAnswersThenReleased(String path) throws Exception {
        this.customer.send(paying(path));
        ExchangeEnd end = this.heard.awaitEnd();
        assertThat(end.decision()).isEqualTo(ExchangeDecision.RELEASED);
        assertThat(end.response().delivery()).isEqualTo(Delivery.NONE);
    }

    @ParameterizedTest
    @CsvSource({ "/paid/string, CANARY", "/paid/object, }", "/paid/stream, CANARY", "/paid/writer, CANARY",
            "/paid/view, CANARY-view", "/paid/callable, CANARY", "/paid/deferred, CANARY", "/paid/future, CANARY",
            "/paid/streaming-body, CANARY", "/upfront/string, CANARY", "/twin/forward, CANARY",
            "/twin/dispatch, CANARY" })
    void endWhenThePaidAnswerIsWholeThenItHasLeft(String path, String text) throws Exception {
        RawRequest payment = paying(path);
        CountDownLatch arrived = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        this.heard.beforeEnd(() -> left.set(happens(arrived)));
        try (Call call = this.customer.client().open(payment)) {
            call.await(text);
            arrived.countDown();
            assertThat(call.response().complete()).isTrue();
        }
        assertThat(this.heard.awaitEnd().response().delivery()).isEqualTo(Delivery.WHOLE);
        assertThat(left).isTrue();
    }

    private static boolean happens(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void endWhenAStreamBreaksThenSettledAndBroken() throws Exception {
        this.customer.send(paying("/trap/broken-stream"));
        ExchangeEnd end = this.heard.awaitEnd();
        assertEnd(end, ExchangeDecision.SETTLED, null, 200);
        assertThat(end.response().delivery()).isEqualTo(Delivery.BROKEN);
        assertThat(end.response().bytes()).isPositive();
    }

    @RepeatedTest(10)
    void endWhenTheClientIsGoneThenToldAll() throws Exception {
        try (Call call = this.customer.client().open(paying("/trap/patient-stream"))) {
            this.visit.awaitDispatchEnd();
            call.disconnect();
        }
        this.visit.letGoOn();
        this.visit.awaitTaskEnd();
        ExchangeEnd end = this.heard.awaitEnd();
        assertThat(end.decision()).isIn(ExchangeDecision.SETTLED, ExchangeDecision.RELEASED);
        assertThat(end.response().delivery()).isNotEqualTo(Delivery.WHOLE);
    }

    @RepeatedTest(20)
    void endWhenWritersRaceThenSettledAndWhole() throws Exception {
        RawResponse response = this.customer.send(paying("/trap/race"));
        ExchangeEnd end = this.heard.awaitEnd();
        assertEnd(end, ExchangeDecision.SETTLED, null, 200);
        assertThat(end.response().delivery()).isEqualTo(Delivery.WHOLE);
        assertThat(end.response().sha256()).isEqualTo(HeardExchanges.sha256(response.body()));
    }

    @RepeatedTest(20)
    void endWhenWritersRaceWithARefusalThenRefused() throws Exception {
        RawRequest payment = paying("/trap/race");
        Outcome.SETTLE_REFUSED.script(this.facilitator);
        this.customer.send(payment);
        assertEnd(this.heard.awaitEnd(), ExchangeDecision.SETTLEMENT_REFUSED, Reason.SETTLEMENT_FAILED, 402);
    }

    @ParameterizedTest
    @CsvSource({ "SETTLE_REFUSED, SETTLEMENT_REFUSED", "SETTLE_UNKNOWN, UNKNOWN", "SETTLE_NOT_REACHED, REFUSED" })
    void endWhenAnIncludedHandlerIsNotSettledThenSaysSo(Outcome outcome, ExchangeDecision decision) throws Exception {
        RawRequest payment = paying("/twin/include");
        outcome.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        ExchangeEnd end = this.heard.awaitEnd();
        assertThat(end.decision()).isEqualTo(decision);
        assertThat(end.status()).isEqualTo(response.status());
        assertThat(end.response().bytes()).isZero();
    }

    private static void assertEnd(ExchangeEnd end, ExchangeDecision decision, Reason reason, int status) {
        assertThat(end.decision()).isEqualTo(decision);
        assertThat(end.reason()).isEqualTo(reason);
        assertThat(end.status()).isEqualTo(status);
        assertThat(end.payment() != null).isEqualTo(decision != ExchangeDecision.CHALLENGED);
    }

    private RawRequest paying(String path) throws IOException {
        RawRequest payment = this.customer.paying(RawRequest.get(path));
        this.visit = this.journal.begin();
        this.heard.begin();
        return payment;
    }

}

package io.github.x402spring.test.shop;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.SettlementReply;
import io.github.x402spring.test.TestClock;
import io.github.x402spring.test.TestPayment;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.MockFacilitator.INSUFFICIENT_FUNDS;
import static io.github.x402spring.test.MockFacilitator.given;
import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@AutoConfigureMockMvc
@AutoConfigureX402
class FacilitatorScriptTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final String USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    @Autowired
    private MockMvcTester mvc;

    @Autowired
    private MockFacilitator facilitator;

    @Autowired
    private TestClock clock;

    @Autowired
    private PaymentHistory history;

    @Autowired
    private PaymentLedger ledger;

    @Test
    void refusesWhenVerifyingThenPaymentRejected() {
        given(this.facilitator).refuses(INSUFFICIENT_FUNDS);
        assertProblem(weather(paid()), 402, "payment-rejected", "no");
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void refusesToSettleWhenReasonPrecedesSendingThenSettlementFailed() {
        given(this.facilitator).refusesToSettle(INSUFFICIENT_FUNDS);
        assertProblem(weather(paid()), 402, "settlement-failed", "no");
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void refusesToSettleWhenReasonProvesNothingThenSettlementPending() {
        given(this.facilitator).refusesToSettle("unexpected_settle_error");
        assertProblem(weather(paid()), 503, "settlement-pending", "unknown");
    }

    @Test
    void settlesUnknownWhenOnceThenSamePaymentIsDeliveredAndMovedOnce() {
        given(this.facilitator).once().settlesUnknown();
        TestPayment payment = paid();
        MvcTestResult first = weather(payment);
        assertProblem(first, 503, "settlement-pending", "unknown");
        assertThat(first).containsHeader("Retry-After").doesNotContainHeader("PAYMENT-REQUIRED");
        assertThat(this.facilitator.transfers()).hasSize(1);
        assertThat(weather(paid().replayOf(payment))).hasStatusOk().hasBodyTextEqualTo("sunny");
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void settlesUnknownWhenInquiredThenSettled() {
        given(this.facilitator).settlesUnknown();
        assertThat(weather(paid())).hasStatus(503);
        assertThat(states()).containsExactly(PaymentState.UNKNOWN);
        reconcile();
        assertThat(states()).containsExactly(PaymentState.SETTLED);
    }

    @Test
    void staysSilentWhenExpiredThenFreeAgain() {
        given(this.facilitator).staysSilent();
        assertProblem(weather(paid()), 503, "settlement-pending", "unknown");
        reconcile();
        assertThat(states()).containsExactly(PaymentState.UNKNOWN);
        this.clock.advance(Duration.ofMinutes(20));
        reconcile();
        assertThat(states()).doesNotContain(PaymentState.UNKNOWN, PaymentState.SETTLED);
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void settlesPendingWhenThenSettledThenDelivered() {
        given(this.facilitator).settlesPendingThen(SettlementReply.SETTLED);
        assertThat(weather(paid())).hasStatusOk();
        assertThat(this.facilitator.settlements()).hasSize(2);
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(value = SettlementReply.class, names = "SETTLED", mode = EnumSource.Mode.EXCLUDE)
    void settlesPendingWhenThenAnythingElseThenSettlementPending(SettlementReply reply) {
        given(this.facilitator).settlesPendingThen(reply);
        assertProblem(weather(paid()), 503, "settlement-pending", "unknown");
        assertThat(this.facilitator.transfers()).hasSize((reply == SettlementReply.LOST) ? 1 : 0);
    }

    @Test
    void settlesPendingWhenPendingThenSettledThenSamePaymentIsDelivered() {
        given(this.facilitator).settlesPendingThen(SettlementReply.PENDING, SettlementReply.SETTLED);
        TestPayment payment = paid();
        assertThat(weather(payment)).hasStatus(503);
        assertThat(weather(paid().replayOf(payment))).hasStatusOk();
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void isDownWhenVerifyingThenUnavailableAndSamePaymentStaysValid() {
        given(this.facilitator).once().isDown();
        TestPayment payment = paid();
        assertProblem(weather(payment), 503, "temporarily-unavailable", "no");
        assertThat(weather(paid().replayOf(payment))).hasStatusOk();
    }

    @RepeatedTest(5)
    void isDownWhenCircuitWasOpenedByAnotherTestThenClosedAgain() {
        assertThat(weather(paid())).hasStatusOk();
        given(this.facilitator).isDown();
        for (int i = 0; i < 25; i++) {
            assertThat(weather(paid())).hasStatus(503);
        }
        assertThat(this.facilitator.verifications()).hasSizeLessThan(25);
    }

    @RepeatedTest(2)
    void refusesWhenTooOftenThenLimitReachedAndOtherTestsAreNotLimited() {
        given(this.facilitator).refuses(INSUFFICIENT_FUNDS);
        for (int i = 0; i < 20; i++) {
            assertThat(weather(paid())).hasStatus(402);
        }
        assertThat(weather(paid())).hasStatus(429);
        this.clock.advance(Duration.ofMinutes(2));
        assertThat(weather(paid())).hasStatus(402);
    }

    @Test
    void takesWhenLongerThanPaymentIsValidThenExpiredAndNothingIsWaitedFor() {
        given(this.facilitator).takes(Duration.ofHours(1));
        assertProblem(weather(paid()), 402, "payment-expired", "no");
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void takesWhenShortThenServed() {
        given(this.facilitator).takes(Duration.ofSeconds(10));
        assertThat(weather(paid())).hasStatusOk();
    }

    @Test
    void fromWhenOtherPayerThenNotMeant() {
        TestWallet alice = TestWallet.named("alice");
        given(this.facilitator).from(alice).refuses("insufficient_funds");
        assertThat(weather(paid().by(TestWallet.named("bob")))).hasStatusOk();
        assertThat(weather(paid().by(alice))).hasStatus(402);
    }

    @Test
    void timesWhenUsedUpThenGoesWell() {
        given(this.facilitator).times(2).refuses(INSUFFICIENT_FUNDS);
        assertThat(weather(paid())).hasStatus(402);
        assertThat(weather(paid())).hasStatus(402);
        assertThat(weather(paid())).hasStatusOk();
    }

    @Test
    void givenWhenSeveralThenTheLastCounts() {
        given(this.facilitator).isDown();
        given(this.facilitator).once().refuses(INSUFFICIENT_FUNDS);
        assertThat(weather(paid())).hasStatus(402);
        assertThat(weather(paid())).hasStatus(503);
    }

    @Test
    void setBalanceWhenUsedUpThenInsufficientFunds() {
        TestWallet alice = TestWallet.named("alice");
        this.facilitator.setBalance(alice, "$0.015");
        assertThat(weather(paid().by(alice))).hasStatusOk();
        MvcTestResult second = weather(paid().by(alice));
        assertProblem(second, 402, "payment-rejected", "no");
        assertThat(second).bodyText().contains("insufficient_funds");
        assertThat(this.facilitator.balanceOf(alice.address(), NETWORK, USDC)).isEqualTo(5000);
        assertThat(this.facilitator.balanceOf(TestWallet.named("seller").address(), NETWORK, USDC)).isEqualTo(10000);
    }

    @Test
    void upfrontWhenSettlementIsUnknownThenHandlerDoesNotRun() {
        given(this.facilitator).settlesUnknown();
        int runs = ShopController.RUNS.get();
        assertThat(this.mvc.post().uri("/orders").contentType(MediaType.TEXT_PLAIN).content("apple").with(paid()))
            .hasStatus(503);
        assertThat(ShopController.RUNS).hasValue(runs);
    }

    @Test
    void clockWhenMovedPastValidityThenReplayIsStillRefused() {
        TestPayment payment = paid();
        assertThat(weather(payment)).hasStatusOk();
        this.clock.advance(Duration.ofHours(2));
        assertThat(weather(paid().replayOf(payment))).hasStatus4xxClientError();
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "order-1", "order-2026-000017" })
    void namedWhenSecondPaymentForSamePurchaseThenChargedOnce(String name) {
        assertThat(weather(paid().named(name))).hasStatusOk();
        assertThat(weather(paid().named(name))).hasStatus(409);
        assertThat(this.facilitator.transfers()).hasSize(1);
        assertThat(weather(paid().named(name.toUpperCase(Locale.ROOT)))).hasStatusOk();
    }

    @RepeatedTest(2)
    void namedWhenUsedByAnotherTestThenFree() {
        assertThat(weather(paid().named("the-same-name-in-both-tests"))).hasStatusOk();
    }

    @RepeatedTest(5)
    void unknownWhenLeftByAnotherTestThenNotCounted() {
        given(this.facilitator).staysSilent();
        for (int i = 0; i < 3; i++) {
            assertThat(weather(paid())).hasStatus(503);
        }
        assertThat(weather(paid())).hasStatus(429);
    }

    private MvcTestResult weather(TestPayment payment) {
        return this.mvc.get().uri("/weather").with(payment).exchange();
    }

    private List<PaymentState> states() {
        return this.history.payments(PaymentFilter.ANY, null, 10)
            .payments()
            .stream()
            .map(RecordedPayment::state)
            .toList();
    }

    private void reconcile() {
        this.clock.advance(Duration.ofSeconds(2));
        new Reconciler(this.ledger, this.facilitator, Duration.ofSeconds(1), this.clock, List.of()).reconcile();
    }

    private static void assertProblem(MvcTestResult result, int status, String problem, String charged) {
        assertThat(result).hasStatus(status);
        assertThat(result).bodyJson().extractingPath("$.type").asString().endsWith("/problems/" + problem);
        assertThat(result).bodyJson().extractingPath("$.payment.charged").isEqualTo(charged);
    }

}

package io.github.x402spring.gate;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentGateRedeliveryTests {

    private final GateFixture fixture = new GateFixture();

    @BeforeEach
    void loseAnAnswer() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.gate.settle(admitted);
        this.fixture.gate.deliveryEnded(admitted, false);
        this.fixture.facilitator.reset();
        this.fixture.journal.clear();
    }

    @Test
    void admitWhenTheAnswerWasLostThenAdmittedWithItsReceiptAndNobodyIsAskedToPay() {
        AdmittedPayment again = this.fixture.admit();
        assertThat(again.receipt())
            .isEqualTo(SettleResponse.settled(GateFixture.PAYER, GateFixture.TRANSACTION, GateFixture.NETWORK));
        assertThat(again.uncharged()).isFalse();
        assertThat(this.fixture.gate.settle(again)).isEqualTo(new SettlementOutcome.NotSent());
        this.fixture.gate.release(again);
        assertThat(this.fixture.facilitator.verifications()).isEmpty();
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.PAYMENT_IN_FLIGHT));
        this.fixture.gate.deliveryEnded(again, true);
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.PAYMENT_ALREADY_USED));
    }

    @Test
    void admitWhenUnprovedThenNothingAndThePayerIsServed() {
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, false);
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.ANSWER_UNAVAILABLE));
        assertThat(this.fixture.journal).doesNotContain("authorizer.authorize");
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        this.fixture.admit();
    }

    @Test
    void admitWhenExpiredThenOnlyThePayerIsServed() {
        this.fixture.scheme.screening = expired(false);
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.ANSWER_UNAVAILABLE));
        this.fixture.scheme.screening = expired(true);
        assertThat(this.fixture.admit().receipt()).isNotNull();
    }

    @Test
    void admitWhenThePolicySaysNoThenRefusedAndStillServable() {
        this.fixture.authorizer.permission = new Permission.Denied(Denial.of(Reason.FORBIDDEN));
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.ANSWER_UNAVAILABLE));
        this.fixture.authorizer.permission = new Permission.Denied(Denial.of(Reason.LIMIT_REACHED));
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        this.fixture.authorizer.policyFailure = new IllegalStateException("down");
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        this.fixture.authorizer.policyFailure = null;
        this.fixture.authorizer.permission = new Permission.Granted(new Redaction(Set.of("a")));
        assertThat(this.fixture.admit().redaction()).isEqualTo(new Redaction(Set.of("a")));
    }

    @Test
    void admitWhenTheRequestMayNotRunTwiceThenUnavailable() {
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.repeatable = false;
        assertThat(this.fixture.gate.admit(this.fixture.attemptOf(exchange)))
            .isEqualTo(new Refused(Reason.ANSWER_UNAVAILABLE));
        exchange.repeatable = true;
        this.fixture.admit(this.fixture.attemptOf(exchange));
    }

    @Test
    void admitWhenNoAnswerWasEverBegunThenAdmittedWhateverTheMethodAndFlow() {
        this.fixture.ledger.answerReserve(new ReserveResult.Settled(GateFixture.settled(Delivery.NOT_BEGUN, 0)));
        this.fixture.ledger.answerRedeliver(new Reservation(GateFixture.KEY, "token", false));
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.repeatable = false;
        AdmittedPayment posted = this.fixture.admit(this.fixture.attemptOf(exchange));
        assertThat(posted.receipt()).isNotNull();
        AdmittedPayment upfront = this.fixture.admit(this.fixture.attempt(PaymentFlow.UPFRONT));
        assertThat(upfront.receipt()).isNotNull();
        assertThat(upfront.settlesUpfront()).isFalse();
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
    }

    @Test
    void admitWhenSettledUpfrontThenUnavailableWhateverTheMethod() {
        assertThat(this.fixture.reach(this.fixture.attempt(PaymentFlow.UPFRONT)))
            .isEqualTo(new Refused(Reason.ANSWER_UNAVAILABLE));
        this.fixture.admit(this.fixture.attempt(PaymentFlow.AUTHORIZATION));
    }

    @Test
    void admitWhenAnotherPaymentHasTheNameOfThePurchaseThenItsAnswerIsServed() {
        AdmittedPayment first = this.fixture.admit(named("k", null, "0x" + "22".repeat(32)));
        this.fixture.gate.settle(first);
        this.fixture.gate.deliveryEnded(first, false);
        this.fixture.facilitator.reset();
        AdmittedPayment second = this.fixture.admit(named("k", null, "0x" + "33".repeat(32)));
        assertThat(second.receipt()).isNotNull();
        assertThat(second.reservation().key()).isEqualTo(first.reservation().key());
        this.fixture.gate.deliveryEnded(second, true);
        assertThat(this.fixture.gate.admit(named("k", null, "0x" + "44".repeat(32))))
            .isEqualTo(new Refused(Reason.PAYMENT_ALREADY_USED));
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
    }

    @Test
    void admitWhenTheNameIsKnownAndTheSignatureIsNotThePayersThenNothingIsServed() {
        PaymentAttempt attempt = named("k", null, "0x" + "22".repeat(32));
        this.fixture.ledger.answerReserve(new ReserveResult.Settled(GateFixture.settled(Delivery.LOST, 1)));
        this.fixture.ledger.answerRedeliver(new Reservation(GateFixture.KEY, "taken", false));
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, false);
        assertThat(this.fixture.gate.admit(attempt)).isEqualTo(new Refused(Reason.ANSWER_UNAVAILABLE));
        assertThat(this.fixture.journal).doesNotContain("authorizer.authorize", "ledger.redeliver");
    }

    @Test
    void admitWhenAnotherCallerUsesTheNameThenItIsAnotherPurchase() {
        this.fixture.admit(named("k", "alice", "0x" + "22".repeat(32)));
        assertThat(this.fixture.gate.admit(named("k", "alice", "0x" + "33".repeat(32))))
            .isEqualTo(new Refused(Reason.PAYMENT_IN_FLIGHT));
        assertThat(this.fixture.gate.admit(named("k", "bob", "0x" + "33".repeat(32)))).isInstanceOf(Admitted.class);
        assertThat(this.fixture.gate.admit(named("k", null, "0x" + "44".repeat(32)))).isInstanceOf(Admitted.class);
    }

    private PaymentAttempt named(String key, String caller, String nonce) {
        this.fixture.scheme.screening = new Screening.Passed(
                new Authorization(GateFixture.PAYER, nonce, GateFixture.VALID_BEFORE), true);
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.idempotencyKeys = List.of(key);
        exchange.caller = caller;
        return this.fixture.attemptOf(exchange);
    }

    private static Screening expired(boolean proved) {
        return new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, proved);
    }

}

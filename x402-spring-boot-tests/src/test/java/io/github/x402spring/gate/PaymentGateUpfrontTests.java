package io.github.x402spring.gate;

import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.gate.PaymentDecision.Unsettled;
import io.github.x402spring.gate.SettlementOutcome.NotSent;
import io.github.x402spring.gate.SettlementOutcome.Unknown;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.SettleResponse;

import static io.github.x402spring.gate.GateFixture.NETWORK;
import static io.github.x402spring.gate.GateFixture.PAYER;
import static io.github.x402spring.gate.GateFixture.TRANSACTION;
import static io.github.x402spring.gate.GateFixture.failed;
import static org.assertj.core.api.Assertions.assertThat;

class PaymentGateUpfrontTests {

    private static final Unknown UNKNOWN = new Unknown(failed("settlement_pending", ""));

    private final GateFixture fixture = new GateFixture();

    @Test
    void admitWhenThePolicyLimitsTheResponseThenForbiddenOnlyWhereItIsChargedBefore() {
        Redaction redaction = new Redaction(Set.of("days"));
        this.fixture.authorizer.permission = new Permission.Granted(redaction);
        assertThat(this.fixture.reach(this.fixture.attempt(PaymentFlow.UPFRONT)))
            .isEqualTo(new Refused(Reason.FORBIDDEN));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        assertThat(this.fixture.admit(this.fixture.attempt(PaymentFlow.AUTHORIZATION)).redaction())
            .isEqualTo(redaction);
    }

    @Test
    void admitWhenUpfrontThenSettledBeforeAdmittedAndNotVerified() {
        assertThat(admit()).isInstanceOf(Admitted.class);
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screen",
                "exchange.fingerprint", "ledger.reserve", "authorizer.authorize", "ledger.settling",
                "facilitator.settle", "ledger.settled");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLED);
    }

    @Test
    void admitWhenUpfrontThenAdmittedWithTheReceipt() {
        SettleResponse receipt = SettleResponse.settled(PAYER, TRANSACTION, NETWORK);
        this.fixture.facilitator.onSettle(receipt);
        assertThat(this.fixture.admit(this.fixture.attempt(PaymentFlow.UPFRONT)).receipt()).isEqualTo(receipt);
    }

    @Test
    void settleAndReleaseWhenSettledUpfrontThenNothingHappens() {
        AdmittedPayment admitted = this.fixture.admit(this.fixture.attempt(PaymentFlow.UPFRONT));
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(new NotSent());
        this.fixture.gate.release(admitted);
        assertThat(this.fixture.journal).isEmpty();
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLED);
    }

    @Test
    void admitWhenUpfrontAndRefusedThenUnsettledAndReleasedOnce() {
        SettleResponse refusal = failed("invalid_exact_evm_insufficient_balance", "");
        this.fixture.facilitator.onSettle(refusal);
        assertThat(admit()).isEqualTo(new Unsettled(new SettlementOutcome.Refused(refusal)));
        assertThat(this.fixture.journal).endsWith("ledger.settling", "facilitator.settle", "ledger.release")
            .containsOnlyOnce("ledger.release");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void admitWhenUpfrontAndAnswerIsLostThenUnsettledAndUnknown() {
        this.fixture.facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("no answer", null)));
        assertThat(admit()).isEqualTo(new Unsettled(UNKNOWN));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void admitWhenUpfrontAndFacilitatorWasNotReachedThenUnsettledAndReleased() {
        this.fixture.facilitator
            .onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("not reached", null)));
        assertThat(admit()).isEqualTo(new Unsettled(new NotSent()));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void admitWhenUpfrontAndLedgerIsDownThenNothingIsSent() {
        this.fixture.ledger.failOn(Operation.SETTLING, new LedgerException("down", null));
        assertThat(admit()).isEqualTo(new Unsettled(new NotSent()));
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void admitWhenUpfrontAndPolicyDeniesThenForbiddenAndNothingIsSent() {
        this.fixture.authorizer.permission = new Permission.Denied(Denial.of(Reason.FORBIDDEN));
        assertThat(admit()).isEqualTo(new Refused(Reason.FORBIDDEN));
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screen",
                "exchange.fingerprint", "ledger.reserve", "authorizer.authorize", "ledger.release");
    }

    @Test
    void admitWhenUpfrontAndPolicyFailsThenUnavailableAndNothingIsSent() {
        this.fixture.authorizer.policyFailure = new IllegalStateException("down");
        assertThat(admit()).isEqualTo(new Refused(Reason.TEMPORARILY_UNAVAILABLE));
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void admitWhenUpfrontAndPresentedAgainThenAlreadyUsed() {
        this.fixture.gate.deliveryEnded(((PaymentDecision.Admitted) admit()).admitted(), true);
        assertThat(admit()).isEqualTo(new Refused(Reason.PAYMENT_ALREADY_USED));
        assertThat(this.fixture.facilitator.settlements()).hasSize(1);
    }

    private PaymentDecision admit() {
        return this.fixture.reach(this.fixture.attempt(PaymentFlow.UPFRONT));
    }

}

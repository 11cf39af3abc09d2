package io.github.x402spring.gate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.gate.SettlementOutcome.Settled;
import io.github.x402spring.gate.SettlementOutcome.Unknown;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.Screening;

import static io.github.x402spring.gate.GateFixture.TRANSACTION;
import static io.github.x402spring.gate.GateFixture.failed;
import static org.assertj.core.api.Assertions.assertThat;

class PaymentGateResumeTests {

    private static final Unknown UNKNOWN = new Unknown(failed("settlement_pending", ""));

    private final GateFixture fixture = new GateFixture();

    @BeforeEach
    void leaveAPaymentWhoseSettlementIsUnknown() throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
    }

    @Test
    void admitWhenResumedThenNotVerifiedAgain() {
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(PaymentDecision.Admitted.class);
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screen",
                "exchange.fingerprint", "ledger.reserve", "authorizer.authorize");
    }

    @Test
    void admitWhenResumedAndSignatureIsUnprovedThenStillUnknownAndNobodyIsAsked() {
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, false);
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        assertThat(this.fixture.journal).doesNotContain("authorizer.authorize", "facilitator.verify");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void admitWhenForAnotherRequestThenMismatchAndStillUnknown() {
        assertThat(this.fixture.gate.admit(this.fixture.attemptOf(this.fixture.exchange("/other"))))
            .isEqualTo(new Refused(Reason.REQUEST_MISMATCH));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(names = { "FORBIDDEN", "UNAUTHENTICATED", "INSUFFICIENT_SCOPE", "LIMIT_REACHED" })
    void admitWhenResumedAndPolicySaysNoThenUnknownAgain(Reason reason) {
        this.fixture.authorizer.permission = new Permission.Denied(Denial.of(reason));
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void settleWhenResumedThenSettled() {
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(Settled.class);
        assertThat(this.fixture.journal).containsExactly("ledger.settling", "facilitator.settle", "ledger.settled");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLED);
    }

    @Test
    void settleWhenResumedAndRefusedThenStillUnknown() {
        this.fixture.facilitator.onSettle(failed("invalid_exact_evm_insufficient_balance", ""));
        assertStillUnknown(UNKNOWN);
    }

    @Test
    void settleWhenResumedAndThePendingTransactionFailedThenStillUnknown() {
        SettleResponse refusal = failed("invalid_exact_evm_transaction_failed", TRANSACTION);
        this.fixture.facilitator.onSettle(failed("settlement_pending", TRANSACTION)).onSettle(refusal);
        assertStillUnknown(new Unknown(failed("settlement_pending", TRANSACTION)));
    }

    @Test
    void settleWhenResumedAndFacilitatorWasNotReachedThenStillUnknown() {
        this.fixture.facilitator
            .onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("not reached", null)));
        assertStillUnknown(UNKNOWN);
    }

    @Test
    void settleWhenResumedAndLedgerIsDownThenStillUnknownAndNothingIsSent() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.failOn(Operation.SETTLING, new LedgerException("down", null));
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(UNKNOWN);
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void settleWhenResumedAndReservationIsVoidThenUnknownAndNothingIsSent() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.voidReservations();
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(UNKNOWN);
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
    }

    @Test
    void releaseWhenResumedThenUnknownAgain() {
        this.fixture.gate.release(this.fixture.admit());
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void releaseWhenResumedThenItCanBeResumedOnceMore() {
        this.fixture.gate.release(this.fixture.admit());
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(Settled.class);
        assertThat(this.fixture.facilitator.verifications()).isEmpty();
    }

    @Test
    void admitWhenResumedUpfrontAndRefusedThenUnsettledAndStillUnknown() {
        this.fixture.facilitator.onSettle(failed("invalid_exact_evm_insufficient_balance", ""));
        assertThat(this.fixture.reach(this.fixture.attempt(PaymentFlow.UPFRONT)))
            .isEqualTo(new PaymentDecision.Unsettled(UNKNOWN));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    private void assertStillUnknown(Unknown expected) {
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(expected);
        assertThat(this.fixture.journal).startsWith("ledger.settling", "facilitator.settle").endsWith("ledger.unknown");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

}

package io.github.x402spring.gate;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Payments whose signatures only a contract can confirm.
 */
class ContractSignatureTests {

    private static final int BUDGET = 5;

    @ParameterizedTest
    @EnumSource
    void admitWhenUnknownPaymentHasTheSameSignatureThenResumed(Verification verification) throws Exception {
        GateFixture fixture = contract(verification, 1);
        fixture.leave(PaymentState.UNKNOWN);
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
        assertThat(fixture.facilitator.verifications()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenUnknownPaymentHasAnotherSignatureThenStillUnknown(Verification verification) throws Exception {
        for (byte @Nullable [] other : new byte[][] { { 2 }, {}, null }) {
            GateFixture fixture = contract(verification, 1);
            fixture.leave(PaymentState.UNKNOWN);
            fixture.scheme.signature = other;
            assertThat(fixture.gate.admit(fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
            assertThat(fixture.state()).isEqualTo(PaymentState.UNKNOWN);
        }
    }

    @Test
    void admitWhenExpiredUnknownPaymentHasTheSameSignatureThenResumed() throws Exception {
        GateFixture fixture = contract(Verification.BOTH, 1);
        fixture.leave(PaymentState.UNKNOWN);
        fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, false);
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenResponseOfSettledPaymentWasLostThenDeliveredToTheSameSignatureOnly() throws Exception {
        GateFixture fixture = contract(Verification.BOTH, 1);
        AdmittedPayment admitted = fixture.admit();
        fixture.gate.settle(admitted);
        fixture.gate.deliveryEnded(admitted, false);
        fixture.scheme.signature = new byte[] { 2 };
        assertThat(fixture.gate.admit(fixture.attempt())).isEqualTo(new Refused(Reason.ANSWER_UNAVAILABLE));
        fixture.scheme.signature = new byte[] { 1 };
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
        assertThat(fixture.facilitator.settlements()).hasSize(1);
    }

    @Test
    void admitWhenUpfrontThenVerifiedBeforeItIsSettled() {
        GateFixture fixture = contract(Verification.LOCAL, 1);
        fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
        assertThat(fixture.gate.admit(fixture.attempt(PaymentFlow.UPFRONT)))
            .isEqualTo(new Refused(Reason.PAYMENT_REJECTED, ReasonCode.EVM_SIGNATURE));
        assertThat(fixture.facilitator.settlements()).isEmpty();
        assertThat(fixture.admit(fixture.attempt(PaymentFlow.UPFRONT)).receipt()).isNotNull();
        assertThat(fixture.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "203.0.113.7", "10.0.0.1", "127.0.0.1", "2001:db8::1", "fe80::1" })
    void admitWhenSignaturesAreRejectedThenFacilitatorIsAskedAsOftenAsTheBudgetAllows(String address) {
        GateFixture fixture = limited();
        for (int i = 0; i < 4 * BUDGET; i++) {
            fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
            fixture.gate.admit(fixture.attemptOf(from(fixture, address)));
        }
        assertThat(fixture.facilitator.verifications()).hasSize(BUDGET);
        assertThat(fixture.gate.admit(fixture.attemptOf(from(fixture, "198.51.100.1")))).isInstanceOf(Refused.class);
        assertThat(fixture.facilitator.verifications()).hasSize(BUDGET + 1);
    }

    @Test
    void admitWhenSignaturesAreAcceptedThenBudgetStays() {
        GateFixture fixture = limited();
        for (int i = 0; i < 4 * BUDGET; i++) {
            PaymentDecision decision = fixture.gate.admit(fixture.attempt());
            assertThat(decision).isInstanceOf(Admitted.class);
            fixture.gate.release(((Admitted) decision).admitted());
        }
    }

    @Test
    void admitWhenFacilitatorFailsThenBudgetStays() {
        GateFixture fixture = limited();
        for (int i = 0; i < 4 * BUDGET; i++) {
            fixture.facilitator.onVerify(FakeFacilitator.failure(new FacilitatorException("down", null)));
            assertThat(fixture.gate.admit(fixture.attempt())).isEqualTo(new Refused(Reason.TEMPORARILY_UNAVAILABLE));
        }
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenSharedAddressSpentItsBudgetThenProvedPaymentsPass() {
        GateFixture fixture = limited();
        for (int i = 0; i < BUDGET; i++) {
            fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
            fixture.gate.admit(fixture.attemptOf(from(fixture, "10.0.0.1")));
        }
        fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        assertThat(fixture.gate.admit(fixture.attemptOf(from(fixture, "10.0.0.1")))).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenRemoteAndSharedAddressSpentItsBudgetThenSignaturesOfKeysPass() {
        GateFixture fixture = prepared(
                new GateFixture(Verification.REMOTE, FailureLimits.failed(0, BUDGET, Duration.ofMinutes(1))), 1);
        fixture.scheme.terms = new Screening.Passed(GateFixture.AUTHORIZATION, false);
        for (int i = 0; i < 2 * BUDGET; i++) {
            fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
            fixture.gate.admit(fixture.attemptOf(from(fixture, "10.0.0.1")));
        }
        assertThat(fixture.facilitator.verifications()).hasSize(BUDGET);
        fixture.facilitator.reset();
        fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        assertThat(fixture.gate.admit(fixture.attemptOf(from(fixture, "10.0.0.1")))).isInstanceOf(Admitted.class);
        assertThat(fixture.facilitator.verifications()).hasSize(1);
    }

    @Test
    void admitWhenManyAtOnceThenNoMoreQuestionsThanTheBudget() throws Exception {
        PaymentIntake intake = new PaymentIntake(true, FailureLimits.failed(0, BUDGET, Duration.ofMinutes(1)),
                Clock.systemUTC());
        GateFixture fixture = new GateFixture();
        CountDownLatch begun = new CountDownLatch(4 * BUDGET);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<PaymentIntake.Question>> tasks = new ArrayList<>();
            for (int i = 0; i < 4 * BUDGET; i++) {
                tasks.add(() -> {
                    begun.countDown();
                    begun.await();
                    return intake.ask(fixture.exchange("/report"));
                });
            }
            List<PaymentIntake.Question> questions = new ArrayList<>();
            for (Future<PaymentIntake.Question> question : threads.invokeAll(tasks)) {
                questions.add(question.get());
            }
            assertThat(questions).filteredOn((question) -> question.denial() == null).hasSize(BUDGET);
        }
    }

    private static GateFixture.StubExchange from(GateFixture fixture, String address) {
        GateFixture.StubExchange exchange = fixture.exchange("/report");
        exchange.remoteAddress = address;
        return exchange;
    }

    private static GateFixture contract(Verification verification, int signature) {
        return prepared(new GateFixture(verification), signature);
    }

    private static GateFixture limited() {
        return prepared(new GateFixture(Verification.BOTH, FailureLimits.failed(0, BUDGET, Duration.ofMinutes(1))), 1);
    }

    private static GateFixture prepared(GateFixture fixture, int signature) {
        fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, false);
        fixture.scheme.signature = new byte[] { (byte) signature };
        return fixture;
    }

}

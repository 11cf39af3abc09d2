package io.github.x402spring.gate;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class PaymentGateReleaseTests {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private GateFixture fixture = new GateFixture(Verification.BOTH, FailureLimits.NONE,
            new FailureLimits(4, 8, 12, WINDOW));

    private int nonce;

    static Stream<Arguments> counted() {
        return Stream.of(named("the handler fails", (fixture) -> fixture.gate.release(fixture.admit())),
                named("a handler settled upfront fails before", (fixture) -> {
                    PaymentDecision decision = fixture.gate.admit(fixture.attempt(PaymentFlow.UPFRONT));
                    fixture.gate.release(((Admitted) decision).admitted());
                }), named("the policy denies", (fixture) -> {
                    fixture.authorizer.permission = new Permission.Denied(new Denial(Reason.FORBIDDEN, Map.of(), null));
                    assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Refused.class);
                    fixture.authorizer.permission = new Permission.Granted(null);
                }), named("nothing was sent", (fixture) -> {
                    fixture.facilitator
                        .onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("down", null)));
                    assertThat(fixture.gate.settle(fixture.admit())).isInstanceOf(SettlementOutcome.NotSent.class);
                }), named("too little time is left", (fixture) -> {
                    fixture.expiresIn(5);
                    assertThat(fixture.gate.settle(fixture.admit()))
                        .isEqualTo(new SettlementOutcome.NotSent(Reason.PAYMENT_EXPIRED));
                }), named("the ledger fails after the handler ran", (fixture) -> {
                    AdmittedPayment admitted = fixture.admit();
                    fixture.ledger.failOn(FakeLedger.Operation.SETTLING, new LedgerException("down", null));
                    assertThat(fixture.gate.settle(admitted)).isInstanceOf(SettlementOutcome.NotSent.class);
                    fixture.ledger.recover();
                }));
    }

    private static Arguments named(String name, Consumer<GateFixture> run) {
        return arguments(name, run);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("counted")
    void admitWhenAPaymentWasReleasedTooOftenThenWaitsAndStaysValid(String name, Consumer<GateFixture> run) {
        for (int i = 0; i < 4; i++) {
            run.accept(this.fixture);
        }
        this.fixture.facilitator.reset();
        this.fixture.journal.clear();
        Refused refused = (Refused) this.fixture.gate.admit(this.fixture.attempt());
        assertThat(refused.reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(refused.denial().retryAfterSeconds()).isEqualTo(60);
        assertThat(this.fixture.journal).doesNotContain("ledger.reserve", "facilitator.verify", "authorizer.authorize");
        assertThat(from("203.0.113.9")).isInstanceOf(Admitted.class);
        this.fixture.failureClock.advance(WINDOW);
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(SettlementOutcome.Settled.class);
    }

    static Stream<Arguments> uncounted() {
        return Stream.of(
                named("the facilitator is down",
                        (fixture) -> fixture.facilitator
                            .onVerify(FakeFacilitator.failure(new FacilitatorException("down", null)))),
                named("the policy fails",
                        (fixture) -> fixture.authorizer.policyFailure = new IllegalStateException("down")),
                named("the ledger is down", (fixture) -> fixture.ledger.failOn(FakeLedger.Operation.RESERVE,
                        new LedgerException("down", null))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("uncounted")
    void admitWhenAPaymentWasNotAdmittedThenIsNotCounted(String name, Consumer<GateFixture> prepare) {
        for (int i = 0; i < 50; i++) {
            prepare.accept(this.fixture);
            assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Refused.class);
        }
        this.fixture.authorizer.policyFailure = null;
        this.fixture.ledger.recover();
        assertThat(from("203.0.113.7")).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenUpfrontAndNothingIsSentThenIsNotCounted() {
        for (int i = 0; i < 50; i++) {
            this.fixture.facilitator
                .onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("down", null)));
            assertThat(this.fixture.reach(this.fixture.attempt(PaymentFlow.UPFRONT)))
                .isInstanceOf(PaymentDecision.Unsettled.class);
        }
    }

    @Test
    void admitWhenPaymentsAreSettledThenNothingIsCounted() {
        for (int i = 0; i < 50; i++) {
            assertThat(this.fixture.gate.settle(((Admitted) from("203.0.113.7")).admitted()))
                .isInstanceOf(SettlementOutcome.Settled.class);
        }
    }

    @Test
    void admitWhenManyOfOnePayerWereReleasedThenThePayerWaitsWhereverItComesFromAndNobodyElse() {
        for (int i = 0; i < 8; i++) {
            this.fixture.gate.release(((Admitted) from("203.0.113." + i)).admitted());
        }
        assertThat(((Refused) from("203.0.113.99")).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(of("0x" + "cc".repeat(20), "203.0.113.1")).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenManyFromOneAddressWereReleasedThenItWaitsAndNoOther() {
        for (int i = 0; i < 12; i++) {
            this.fixture.gate
                .release(((Admitted) of("0x" + "%02x".formatted(i).repeat(20), "2001:db8::" + i)).admitted());
        }
        assertThat(((Refused) of("0x" + "cc".repeat(20), "2001:db8::ff")).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(of("0x" + "cc".repeat(20), "2001:db8:0:1::1")).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenManyFromAnAddressThatManyShareWereReleasedThenNobodyWaits() {
        for (int i = 0; i < 50; i++) {
            this.fixture.gate.release(((Admitted) of("0x" + "%02x".formatted(i).repeat(20), "10.0.0.1")).admitted());
        }
    }

    @ParameterizedTest
    @EnumSource(value = PaymentState.class, mode = EnumSource.Mode.EXCLUDE, names = { "RELEASED", "UNKNOWN" })
    void admitWhenThePayerWaitsThenWhatWasBegunIsAnsweredAsEver(PaymentState state) throws Exception {
        this.fixture.leave(state);
        for (int i = 0; i < 8; i++) {
            this.fixture.gate.release(((Admitted) from("203.0.113." + i)).admitted());
        }
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        assertThat(((Refused) this.fixture.gate.admit(this.fixture.attempt())).reason())
            .isNotEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void admitWhenAnUnknownPaymentIsResumedForNothingThenItsHandlerRunsAsOftenAsThatOfOthers() throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        for (int i = 0; i < 4; i++) {
            this.fixture.gate.release(this.fixture.admit());
        }
        assertThat(((Refused) this.fixture.gate.admit(this.fixture.attempt())).reason())
            .isEqualTo(Reason.SETTLEMENT_PENDING);
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
        this.fixture.failureClock.advance(WINDOW);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(SettlementOutcome.Settled.class);
    }

    @Test
    void admitWhenManyOthersOfThePayerWereReleasedThenAnUnknownPaymentIsFinished() throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        for (int i = 0; i < 8; i++) {
            this.fixture.gate.release(((Admitted) from("203.0.113." + i)).admitted());
        }
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(SettlementOutcome.Settled.class);
    }

    @Test
    void admitWhenAnHonestCallerMeetsFifteenErrorsThenIsServed() {
        this.fixture = new GateFixture(Verification.BOTH, FailureLimits.NONE, new FailureLimits(20, 100, 300, WINDOW));
        for (int i = 0; i < 15; i++) {
            this.fixture.gate.release(this.fixture.admit());
        }
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(SettlementOutcome.Settled.class);
    }

    @Test
    void releaseWhenCalledTwiceThenCountsOnce() {
        for (int i = 0; i < 3; i++) {
            AdmittedPayment admitted = this.fixture.admit();
            this.fixture.gate.release(admitted);
            this.fixture.gate.release(admitted);
            this.fixture.gate.settle(admitted);
        }
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Admitted.class);
    }

    @Test
    void releaseWhenTheAddressCannotBeReadThenThePaymentIsFreeAllTheSame() {
        GateFixture.StubExchange exchange = this.fixture.exchange("/report");
        AdmittedPayment admitted = this.fixture.admit(this.fixture.attemptOf(exchange));
        exchange.addressFailure = new IllegalStateException("recycled");
        assertThatIllegalStateException().isThrownBy(() -> this.fixture.gate.release(admitted));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void admitWhenThereAreNoLimitsThenNobodyWaits() {
        this.fixture = new GateFixture();
        for (int i = 0; i < 1000; i++) {
            this.fixture.gate.release(this.fixture.admit());
        }
    }

    @ParameterizedTest
    @CsvSource({ "-1, 0, 0, PT1S", "0, -1, 0, PT1S", "0, 0, -1, PT1S", "0, 0, 0, PT0.9S", "0, 0, 0, PT25H" })
    void limitsWhenOutOfRangeThenThrow(int perAuthorization, int perPayer, int perAddress, Duration window) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new FailureLimits(perAuthorization, perPayer, perAddress, window));
    }

    private PaymentDecision from(String address) {
        return of(GateFixture.PAYER, address);
    }

    private PaymentDecision of(String payer, String address) {
        this.nonce++;
        this.fixture.scheme.screening = new Screening.Passed(
                new Authorization(payer, "0x" + this.nonce, GateFixture.VALID_BEFORE), true);
        GateFixture.StubExchange exchange = this.fixture.exchange("/report");
        exchange.remoteAddress = address;
        return this.fixture.gate.admit(this.fixture.attemptOf(exchange));
    }

}

package io.github.x402spring.gate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.LogLines;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

class PaymentGateIntakeTests {

    private static final ReasonCode POOR = ReasonCode.of("insufficient_funds");

    private final GateFixture fixture = new GateFixture(Verification.BOTH,
            FailureLimits.failed(3, 5, Duration.ofMinutes(1)));

    @RegisterExtension
    private final LogLines log = LogLines.ofPackage(PaymentIntake.class);

    private int nonce;

    @Test
    void admitWhenAPayersPaymentsWereRejectedThenAsksNobodyUntilTheWindowPassed() {
        rejectFrom("203.0.113.1");
        rejectFrom("203.0.113.2");
        rejectFrom("203.0.113.3");
        this.fixture.facilitator.reset();
        Refused refused = refusedFrom("203.0.113.4");
        assertThat(refused.reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(refused.denial().retryAfterSeconds()).isEqualTo(60);
        assertThat(this.fixture.facilitator.verifications()).isEmpty();
        this.fixture.failureClock.advance(Duration.ofMillis(59_500));
        assertThat(refusedFrom("203.0.113.4").denial().retryAfterSeconds()).isEqualTo(1);
        this.fixture.failureClock.advance(Duration.ofMillis(500));
        assertThat(from("203.0.113.4")).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenAnotherPayersWereRejectedThenAdmits() {
        for (int i = 0; i < 3; i++) {
            rejectFrom("203.0.113." + i);
        }
        this.fixture.scheme.screening = passed("0x" + "cc".repeat(20), true);
        assertThat(from("203.0.113.9")).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenTheSignatureIsNotProvedThenThePayerIsNotToBlame() {
        for (int i = 0; i < 12; i++) {
            this.fixture.scheme.screening = passed(GateFixture.PAYER, false);
            this.fixture.facilitator.onVerify(VerifyResponse.invalid(POOR));
            assertThat(refused(exchange("198.51.100." + i)).reason()).isEqualTo(Reason.PAYMENT_REJECTED);
        }
        this.fixture.scheme.screening = passed(GateFixture.PAYER, true);
        assertThat(from("203.0.113.1")).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenASignatureThatIsPublicIsReplayedThenThePayerIsNotToBlame() {
        for (int i = 0; i < 12; i++) {
            this.fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED));
            assertThat(refusedFrom("198.51.100." + i).reason()).isEqualTo(Reason.OUTCOME_UNRESOLVED);
        }
        for (int i = 0; i < 12; i++) {
            this.nonce = 99;
            rejectFrom("198.51.101." + i);
        }
        assertThat(from("203.0.113.1")).isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @CsvSource({ "203.0.113.7, 203.0.113.7, 203.0.113.8", "2001:db8::1, 2001:db8::ffff, 2001:db8:0:1::1" })
    void admitWhenManyFromOneAddressFailThenRefusesItAndNoOther(String address, String same, String other) {
        for (int i = 0; i < 5; i++) {
            assertThat(garbage(address).reason()).isEqualTo(Reason.PAYMENT_INVALID);
        }
        assertThat(garbage(address).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(garbage(same).reason()).isEqualTo(Reason.LIMIT_REACHED);
        this.fixture.scheme.screening = passed(GateFixture.PAYER, false);
        this.fixture.journal.clear();
        assertThat(refused(exchange(same)).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(this.fixture.journal).doesNotContain("ledger.reserve", "facilitator.verify");
        assertThat(from(same)).isInstanceOf(Admitted.class);
        assertThat(from(other)).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenNearlyAllPaymentsComeFromOneAddressThatFailedThenTheLogSaysSo() {
        for (int i = 0; i < 5 + 2 * 100; i++) {
            garbage("203.0.113.7");
        }
        assertThat(this.log.messages()).singleElement(as(STRING))
            .startsWith("100 of the last 100 payments came from address 203.0.113.7");
    }

    @Test
    void admitWhenManyFromAnAddressThatManyShareFailThenRefusesNobody() {
        for (int i = 0; i < 20; i++) {
            assertThat(garbage("10.0.0.1").reason()).isEqualTo(Reason.PAYMENT_INVALID);
        }
        assertThat(from("10.0.0.1")).isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenAnAddressSentGarbageThenPaymentsWithASignatureOfAKeyPass(Verification verification) {
        GateFixture office = new GateFixture(verification, FailureLimits.failed(3, 5, Duration.ofMinutes(1)));
        office.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        for (int i = 0; i < 100; i++) {
            office.gate.admit(office.attempt(List.of(Offer.of(GateFixture.TERMS)), odd(i), office.exchange("/report")));
        }
        office.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        office.scheme.terms = new Screening.Passed(GateFixture.AUTHORIZATION, verification != Verification.REMOTE);
        assertThat(office.gate.admit(office.attempt())).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenOnePaymentOfAnAddressFailsAgainAndAgainThenOthersOfTheAddressMayFail() {
        this.fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        for (int i = 0; i < 100; i++) {
            assertThat(refused(exchange("203.0.113.7")).reason()).isEqualTo(Reason.PAYMENT_INVALID);
        }
        assertThat(garbage("203.0.113.7").reason()).isEqualTo(Reason.PAYMENT_INVALID);
    }

    @Test
    void admitWhenOneRejectedPaymentIsPresentedAgainAndAgainThenItWaitsItself() {
        GateFixture limited = new GateFixture(Verification.BOTH, FailureLimits.NONE,
                new FailureLimits(4, 0, 0, Duration.ofMinutes(1)));
        for (int i = 0; i < 20; i++) {
            limited.facilitator.onVerify(VerifyResponse.invalid(POOR));
            limited.gate.admit(limited.attempt());
        }
        assertThat(limited.facilitator.verifications()).hasSize(4);
        assertThat(((Refused) limited.gate.admit(limited.attempt())).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void admitWhenOneExpiredPaymentIsPresentedAgainAndAgainThenTheChainIsReadNoMore() {
        GateFixture limited = new GateFixture(Verification.BOTH, FailureLimits.NONE,
                new FailureLimits(4, 0, 0, Duration.ofMinutes(1)));
        limited.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, true);
        for (int i = 0; i < 4; i++) {
            assertThat(((Refused) limited.gate.admit(limited.attempt())).reason()).isEqualTo(Reason.PAYMENT_EXPIRED);
        }
        assertThat(((Refused) limited.gate.admit(limited.attempt())).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void admitWhenExpiredPaymentsAreReplayedThenTheAddressIsToBlameAndNotThePayer() {
        for (int i = 0; i < 5; i++) {
            assertThat(expired("203.0.113.7", i).reason()).isEqualTo(Reason.PAYMENT_EXPIRED);
        }
        assertThat(expired("203.0.113.7", 5).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(from("203.0.113.7")).isInstanceOf(Admitted.class);
        assertThat(from("203.0.113.8")).isInstanceOf(Admitted.class);
    }

    @Test
    void settleWhenRefusedForCertainThenCounts() {
        for (int i = 0; i < 3; i++) {
            this.fixture.facilitator.onSettle(GateFixture.failed("insufficient_funds", ""));
            assertThat(this.fixture.gate.settle(((Admitted) from("203.0.113." + i)).admitted()))
                .isInstanceOf(SettlementOutcome.Refused.class);
        }
        assertThat(refusedFrom("203.0.113.9").reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void admitWhenPaymentsAreGoodThenNothingIsCounted() {
        for (int i = 0; i < 20; i++) {
            assertThat(this.fixture.gate.settle(((Admitted) from("203.0.113.7")).admitted()))
                .isInstanceOf(SettlementOutcome.Settled.class);
        }
    }

    @Test
    void admitWhenTheFacilitatorIsDownThenNobodyIsToBlame() {
        for (int i = 0; i < 20; i++) {
            this.fixture.facilitator.onVerify(FakeFacilitator.failure(new FacilitatorException("down", null)));
            assertThat(refusedFrom("203.0.113.7").reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
        }
        assertThat(from("203.0.113.7")).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenNotAcceptingThenAsksNobodyAndReservesNothing() {
        this.fixture.intake.accept(false);
        Refused refused = refusedFrom("203.0.113.7");
        assertThat(refused.reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
        assertThat(this.fixture.journal).doesNotContain("ledger.reserve", "facilitator.verify");
        this.fixture.intake.accept(true);
        assertThat(from("203.0.113.7")).isInstanceOf(Admitted.class);
    }

    @Test
    void settleWhenNotAcceptingThenFinishesWhatWasAdmitted() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.intake.accept(false);
        assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(SettlementOutcome.Settled.class);
    }

    @ParameterizedTest
    @EnumSource(value = PaymentState.class, mode = EnumSource.Mode.EXCLUDE, names = "RELEASED")
    void admitWhenNotAcceptingThenWhatWasBegunIsAnsweredAsEver(PaymentState state) throws Exception {
        this.fixture.leave(state);
        this.fixture.intake.accept(false);
        PaymentDecision decision = this.fixture.gate.admit(this.fixture.attempt());
        switch (state) {
            case RESERVED, SETTLING -> assertThat(((Refused) decision).reason()).isEqualTo(Reason.PAYMENT_IN_FLIGHT);
            case SETTLED -> assertThat(((Refused) decision).reason()).isEqualTo(Reason.PAYMENT_ALREADY_USED);
            case UNRESOLVED, USED_ELSEWHERE ->
                assertThat(((Refused) decision).reason()).isEqualTo(Reason.OUTCOME_UNRESOLVED);
            case UNKNOWN -> assertThat(decision).isInstanceOf(Admitted.class);
            case RELEASED -> throw new IllegalArgumentException();
        }
    }

    @Test
    void admitWhenThePayerIsBlockedThenAnUnknownSettlementIsStillFinished() throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        for (int i = 0; i < 2; i++) {
            rejectFrom("203.0.113." + i);
        }
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        AdmittedPayment resumed = ((Admitted) this.fixture.gate.admit(this.fixture.attempt())).admitted();
        assertThat(refusedFrom("203.0.113.9").reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(this.fixture.gate.settle(resumed)).isInstanceOf(SettlementOutcome.Settled.class);
        this.fixture.facilitator.reset();
        assertThat(from("203.0.113.9")).isInstanceOf(Admitted.class);
    }

    @Test
    void settleWhenOutcomesAreUnknownThenEachCountsOnceForPayerAndAddress() {
        for (int i = 0; i < 3; i++) {
            this.fixture.scheme.screening = passed(GateFixture.PAYER, true);
            for (int again = 0; again < 4; again++) {
                settleUnknown("203.0.113.7");
            }
        }
        assertThat(refusedFrom("203.0.113.8").reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(refusedFrom("203.0.113.8").denial().retryAfterSeconds()).isEqualTo(60);
        for (int i = 0; i < 2; i++) {
            this.fixture.scheme.screening = passed("0x" + "c%d".formatted(i).repeat(20), true);
            settleUnknown("203.0.113.7");
        }
        this.fixture.scheme.screening = passed("0x" + "dd".repeat(20), false);
        assertThat(refused(exchange("203.0.113.7")).reason()).isEqualTo(Reason.LIMIT_REACHED);
        this.fixture.scheme.screening = passed("0x" + "dd".repeat(20), true);
        assertThat(from("203.0.113.8")).isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLED", "RELEASED", "USED_ELSEWHERE", "UNRESOLVED" })
    void endedWhenOutcomeWasUnknownThenIsTakenBackOnlyIfSettled(PaymentState state) throws Exception {
        Conclusion conclusion = switch (state) {
            case SETTLED -> new Conclusion.Settled(GateFixture.TRANSACTION);
            case RELEASED -> new Conclusion.Unsettled();
            case USED_ELSEWHERE -> new Conclusion.UsedElsewhere(null);
            case UNRESOLVED -> new Conclusion.Unresolved();
            case RESERVED, SETTLING, UNKNOWN -> throw new IllegalArgumentException();
        };
        this.fixture.leave(PaymentState.UNKNOWN);
        rejectFrom("203.0.113.1");
        rejectFrom("203.0.113.2");
        UnknownPayment unknown = this.fixture.entries.lease(Duration.ZERO, 1).get(0);
        this.fixture.intake.ended(unknown, conclusion);
        this.fixture.facilitator.reset();
        assertThat(from("203.0.113.9") instanceof Admitted).isEqualTo(state == PaymentState.SETTLED);
    }

    private void settleUnknown(String address) {
        this.fixture.facilitator.reset();
        this.fixture.facilitator.onSettle(GateFixture.failed("transaction_failed", ""));
        PaymentDecision decision = this.fixture.gate.admit(this.fixture.attemptOf(exchange(address)));
        assertThat(this.fixture.gate.settle(((Admitted) decision).admitted()))
            .isInstanceOf(SettlementOutcome.Unknown.class);
    }

    @Test
    void admitWhenBlockedAndTheLedgerIsDownThenIsUnavailable() {
        this.fixture.intake.accept(false);
        this.fixture.ledger.failOn(FakeLedger.Operation.FIND, new LedgerException("down", null));
        assertThat(refusedFrom("203.0.113.7").reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
    }

    @ParameterizedTest
    @CsvSource({ "-1, 0, PT1S", "101, 0, PT1S", "0, -1, PT1S", "0, 0, PT0.9S", "0, 0, PT25H" })
    void limitsWhenOutOfRangeThenThrow(int perPayer, int perAddress, Duration window) {
        assertThatIllegalArgumentException().isThrownBy(() -> FailureLimits.failed(perPayer, perAddress, window));
    }

    private Refused garbage(String address) {
        this.nonce++;
        this.fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        return (Refused) this.fixture.gate
            .admit(this.fixture.attempt(List.of(Offer.of(GateFixture.TERMS)), odd(this.nonce), exchange(address)));
    }

    private static PaymentPayload odd(int number) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(GateFixture.payload(GateFixture.TERMS).tree());
        tree.put("payload", Map.of("signature", "0xgarbage" + number));
        return new PaymentPayload(2, tree);
    }

    private Refused expired(String address, int nonce) {
        this.fixture.scheme.screening = new Screening.Expired(
                new Authorization(GateFixture.PAYER, "0x" + nonce, GateFixture.VALID_BEFORE),
                ReasonCode.EVM_VALID_BEFORE, true);
        return refused(exchange(address));
    }

    private void rejectFrom(String address) {
        this.fixture.facilitator.onVerify(VerifyResponse.invalid(POOR));
        assertThat(refusedFrom(address).reason()).isEqualTo(Reason.PAYMENT_REJECTED);
    }

    private Screening passed(String payer, boolean proved) {
        this.nonce++;
        return new Screening.Passed(new Authorization(payer, "0x" + this.nonce, GateFixture.VALID_BEFORE), proved);
    }

    private PaymentDecision from(String address) {
        if (!(this.fixture.scheme.screening instanceof Screening.Passed passed
                && !passed.authorization().payer().equals(GateFixture.PAYER))) {
            this.fixture.scheme.screening = passed(GateFixture.PAYER, true);
        }
        return this.fixture.gate.admit(this.fixture.attemptOf(exchange(address)));
    }

    private Refused refusedFrom(String address) {
        return (Refused) from(address);
    }

    private Refused refused(StubExchange exchange) {
        return (Refused) this.fixture.gate.admit(this.fixture.attemptOf(exchange));
    }

    private StubExchange exchange(String address) {
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.remoteAddress = address;
        return exchange;
    }

}

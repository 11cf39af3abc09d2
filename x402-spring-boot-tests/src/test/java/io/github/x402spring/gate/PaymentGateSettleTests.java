package io.github.x402spring.gate;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.SettlementOutcome.NotSent;
import io.github.x402spring.gate.SettlementOutcome.Refused;
import io.github.x402spring.gate.SettlementOutcome.Settled;
import io.github.x402spring.gate.SettlementOutcome.Unknown;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static io.github.x402spring.gate.GateFixture.NETWORK;
import static io.github.x402spring.gate.GateFixture.PAYER;
import static io.github.x402spring.gate.GateFixture.TRANSACTION;
import static io.github.x402spring.gate.GateFixture.failed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PaymentGateSettleTests {

    private static final String OTHER_TRANSACTION = "0x" + "cd".repeat(32);

    private static final Unknown UNKNOWN = new Unknown(failed("settlement_pending", ""));

    private static final Unknown UNKNOWN_WITH_TRANSACTION = new Unknown(failed("settlement_pending", TRANSACTION));

    private final GateFixture fixture = new GateFixture();

    @Test
    void settleWhenTheTransportForbidsItThenNothingIsSentAndThePaymentIsFree() {
        GateFixture.StubExchange exchange = this.fixture.exchange("/report");
        AdmittedPayment admitted = this.fixture.admit(this.fixture.attemptOf(exchange));
        exchange.settling = false;
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(new NotSent(Reason.TEMPORARILY_UNAVAILABLE));
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void settleWhenFacilitatorSettlesThenRecordedAround() {
        assertSettles(SettleResponse.settled(PAYER, TRANSACTION, NETWORK));
    }

    @Test
    void settleWhenFacilitatorSettlesThenItGotOurTermsAndTheSamePayload() {
        PaymentAttempt attempt = this.fixture.attempt();
        this.fixture.gate.settle(this.fixture.admit(attempt));
        assertThat(this.fixture.facilitator.settlements())
            .containsExactly(new FakeFacilitator.Call(attempt.payload(), GateFixture.TERMS, GateFixture.RESOURCE));
        assertThat(this.fixture.facilitator.settlements()).isEqualTo(this.fixture.facilitator.verifications());
    }

    @ParameterizedTest
    @ValueSource(longs = { 5, 1, 0, -10 })
    void settleWhenLessThanSixSecondsAreLeftThenNothingIsSentAndItIsReleased(long left) {
        this.fixture.expiresIn(left);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(new NotSent(Reason.PAYMENT_EXPIRED));
        assertThat(this.fixture.journal).containsExactly("ledger.settling", "ledger.release");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
        assertThat(new NotSent(Reason.PAYMENT_EXPIRED).denial().charged()).isEqualTo(Charged.NO);
    }

    @ParameterizedTest
    @ValueSource(longs = { 5, 1, 0, -10 })
    void settleWhenLessThanSixSecondsAreLeftAndAnotherAttemptHasThePaymentThenUnknown(long left) {
        this.fixture.expiresIn(left);
        AdmittedPayment late = this.fixture.admit();
        this.fixture.ledger.voidReservations();
        assertThat(this.fixture.gate.settle(late)).isEqualTo(UNKNOWN);
        assertThat(this.fixture.journal).containsExactly("ledger.settling");
    }

    @ParameterizedTest
    @ValueSource(longs = { 6, 7, 3_000_000_000L })
    void settleWhenSixSecondsAreLeftThenSettled(long left) {
        this.fixture.expiresIn(left);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(Settled.class);
    }

    @Test
    void settleWhenLessThanSixSecondsAreLeftBeforehandThenUnsettledAndTheHandlerDoesNotRun() {
        this.fixture.expiresIn(5);
        assertThat(this.fixture.reach(this.fixture.attempt(PaymentFlow.UPFRONT)))
            .isEqualTo(new PaymentDecision.Unsettled(new NotSent(Reason.PAYMENT_EXPIRED)));
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
    }

    @Test
    void settleWhenResumedAndLessThanSixSecondsAreLeftThenAskedAndNeverExpired() throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        this.fixture.expiresIn(5);
        this.fixture.facilitator.onSettle(failed("invalid_exact_evm_payload_authorization_valid_before", ""));
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(UNKNOWN);
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(Settled.class);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void settleWhenLessThanSixSecondsAreLeftThenTheFirstOfAnEndpointIsAWarning(CapturedOutput output) {
        this.fixture.expiresIn(5);
        this.fixture.gate.settle(this.fixture.admit());
        this.fixture.gate.settle(this.fixture.admit());
        assertThat(output.getAll().split("its payment is about to expire", -1)).hasSize(2);
        assertThat(output).contains("x402.endpoints." + this.fixture.attempt().endpoint().name() + ".max-timeout");
    }

    @Test
    void settleWhenFacilitatorNamesNoPayerThenSettled() {
        assertSettles(SettleResponse.settled(null, TRANSACTION, NETWORK));
    }

    @Test
    void settleWhenFacilitatorNamesThePayerInAnotherCaseThenSettled() {
        assertSettles(SettleResponse.settled("0x" + "F3".repeat(20), TRANSACTION, NETWORK));
    }

    @Test
    void settleWhenFacilitatorNamesTheNetworkAsVersionOneDoesThenSettled() {
        assertSettles(new SettleResponse(true, null, PAYER, TRANSACTION, "base-sepolia"));
    }

    @Test
    void settleWhenSuccessHasNoTransactionThenUnknown() {
        assertUnknown(UNKNOWN, SettleResponse.settled(PAYER, "", NETWORK));
    }

    @Test
    void settleWhenSuccessIsOfAnotherPayerThenUnknown() {
        assertUnknown(UNKNOWN, SettleResponse.settled("0x" + "00".repeat(20), TRANSACTION, NETWORK));
    }

    @ParameterizedTest
    @ValueSource(strings = { "eip155:8453", "base", "", "BASE-SEPOLIA" })
    void settleWhenSuccessIsOnAnotherNetworkThenUnknown(String network) {
        assertUnknown(UNKNOWN, new SettleResponse(true, null, PAYER, TRANSACTION, network));
    }

    @Test
    void settleWhenRefusedForCertainThenReleased() {
        SettleResponse refusal = failed("invalid_exact_evm_insufficient_balance", "");
        assertRefused(refusal, refusal);
    }

    @Test
    void settleWhenFacilitatorSaysThatTheTransactionWasRevertedThenUnknown() {
        assertUnknown(UNKNOWN_WITH_TRANSACTION, failed("invalid_exact_evm_transaction_failed", TRANSACTION));
    }

    @ParameterizedTest
    @ValueSource(strings = { "0xaBcD", "0XAbCd", "aBcD", "ABCD" })
    void settleWhenTransactionIsSpelledAnotherWayThenSettledWithItsNormalForm(String start) {
        String hash = start + start.substring(start.length() - 4).repeat(15);
        this.fixture.facilitator.onSettle(SettleResponse.settled(PAYER, hash, NETWORK));
        assertThat(this.fixture.gate.settle(this.fixture.admit()))
            .isEqualTo(new Settled(SettleResponse.settled(PAYER, "0x" + "abcd".repeat(16), NETWORK)));
    }

    @ParameterizedTest
    @MethodSource("noTransactions")
    void settleWhenSuccessNamesNoTransactionOfTheNetworkThenUnknown(String transaction) {
        assertUnknown(UNKNOWN, SettleResponse.settled(PAYER, transaction, NETWORK));
    }

    static Stream<String> noTransactions() {
        String digits = "ab".repeat(32);
        return Stream.of("", " ", "0x", "null", "pending", "0xab", "ab", digits.substring(1), digits + "a",
                digits + "ab", "0x" + digits.substring(2), "0x" + digits + "ab", "0x0x" + digits.substring(2),
                "0x" + digits + " ", " 0x" + digits, "0x" + digits + "\n", "0x" + "gh".repeat(32),
                "0x" + "\uff11".repeat(64), "0x" + "\u0661".repeat(64), "0y" + digits,
                "https://basescan.org/tx/0x" + digits, "5".repeat(88), "0x" + digits + ",0x" + digits);
    }

    @Test
    void settleWhenAmountIsTheAmountThatWasAskedThenSettled() {
        assertSettles(settled(GateFixture.TERMS.amount().value()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "1", "9999", "10001", "-10000", "100000000000000000000000000000000000000000000" })
    void settleWhenAmountIsAnotherThenUnknown(BigInteger amount) {
        assertUnknown(UNKNOWN, settled(amount));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "\t" })
    void settleWhenPayerIsEmptyThenItIsAbsent(String payer) {
        assertSettles(SettleResponse.settled(payer, TRANSACTION, NETWORK));
    }

    private static SettleResponse settled(BigInteger amount) {
        return new SettleResponse(true, null, PAYER, TRANSACTION, NETWORK.toString(), amount, FacilitatorRemark.NONE);
    }

    @Test
    void settleWhenRefusedForCertainThenTheSamePaymentIsFreeAgain() {
        this.fixture.facilitator.onSettle(failed("invalid_exact_evm_insufficient_balance", ""));
        this.fixture.gate.settle(this.fixture.admit());
        assertThat(this.fixture.gate.admit(this.fixture.attemptOf(this.fixture.exchange("/other"))))
            .isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "invalid_exact_evm_nonce_already_used", "unexpected_settle_error", "duplicate_settlement" })
    void settleWhenMoneyMayHaveMovedThenUnknown(String reason) {
        assertUnknown(UNKNOWN, failed(reason, ""));
    }

    @Test
    void settleWhenMoneyMayHaveMovedThenTheTransactionIsPassedOn() {
        assertUnknown(UNKNOWN_WITH_TRANSACTION, failed("unexpected_settle_error", TRANSACTION));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "timed out while waiting for the receipt" })
    void settleWhenFacilitatorGivesNoReasonThenUnknown(String reason) {
        assertUnknown(UNKNOWN, failed(reason, ""));
    }

    @Test
    void settleWhenReceiptWouldNotFitAHeaderThenUnknownWithoutIt() {
        String endless = "0x" + "ab".repeat(8192);
        assertUnknown(UNKNOWN, SettleResponse.settled(PAYER, endless, NETWORK));
    }

    @Test
    void settleWhenPendingTransactionWouldNotFitAHeaderThenUnknownWithoutIt() {
        assertUnknown(UNKNOWN, failed("settlement_pending", "0x" + "ab".repeat(8192)));
    }

    @Test
    void settleWhenPendingThenPresentedOnceMoreAndSettled() {
        assertSettles(failed("settlement_pending", TRANSACTION), SettleResponse.settled(PAYER, TRANSACTION, NETWORK));
        assertThat(this.fixture.facilitator.settlements()).hasSize(2);
        assertThat(this.fixture.facilitator.settlements()).containsOnly(this.fixture.facilitator.settlements().get(0));
    }

    @Test
    void settleWhenPendingTwiceThenUnknownAndNotPresentedAgain() {
        assertUnknown(UNKNOWN_WITH_TRANSACTION, failed("settlement_pending", TRANSACTION),
                failed("settlement_pending", TRANSACTION), SettleResponse.settled(PAYER, TRANSACTION, NETWORK));
        assertThat(this.fixture.facilitator.settlements()).hasSize(2);
    }

    @Test
    void settleWhenPendingTwiceAndSecondHasNoTransactionThenTheFirstOneIsPassedOn() {
        assertUnknown(UNKNOWN_WITH_TRANSACTION, failed("settlement_pending", TRANSACTION),
                failed("settlement_pending", ""));
    }

    @Test
    void settleWhenThePendingTransactionFailedThenUnknown() {
        assertUnknown(UNKNOWN_WITH_TRANSACTION, failed("settlement_pending", TRANSACTION),
                failed("invalid_exact_evm_transaction_failed", TRANSACTION));
    }

    @Test
    void settleWhenAnotherThanThePendingTransactionFailedThenUnknown() {
        assertUnknown(new Unknown(failed("settlement_pending", OTHER_TRANSACTION)),
                failed("settlement_pending", TRANSACTION),
                failed("invalid_exact_evm_transaction_failed", OTHER_TRANSACTION));
    }

    @Test
    void settleWhenPendingAndThenRefusedWithoutTransactionThenUnknown() {
        assertUnknown(UNKNOWN_WITH_TRANSACTION, failed("settlement_pending", TRANSACTION),
                failed("invalid_exact_evm_transaction_simulation_failed", ""));
    }

    @Test
    void settleWhenPendingWithoutTransactionAndThenRefusedThenUnknown() {
        assertUnknown(UNKNOWN, failed("settlement_pending", ""),
                failed("invalid_exact_evm_transaction_simulation_failed", ""));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void settleWhenPendingAndThenSilentThenUnknownWithTheTransaction(Exception failure) {
        this.fixture.facilitator.onSettle(failed("settlement_pending", TRANSACTION))
            .onSettle(FakeFacilitator.failure(failure));
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(UNKNOWN_WITH_TRANSACTION);
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void settleWhenAnswerIsLostThenUnknown() {
        this.fixture.facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("no answer", null)));
        assertUnknown(UNKNOWN);
    }

    @Test
    void settleWhenFacilitatorIsBrokenThenUnknown() {
        this.fixture.facilitator.onSettle(FakeFacilitator.failure(new IllegalStateException("bug")));
        assertUnknown(UNKNOWN);
    }

    @Test
    @SuppressWarnings("NullAway")
    void settleWhenFacilitatorAnswersNothingThenUnknown() {
        this.fixture.facilitator.onSettle((call) -> null);
        assertUnknown(UNKNOWN);
    }

    @Test
    void settleWhenFacilitatorWasNotReachedThenNotSentAndReleased() {
        this.fixture.facilitator
            .onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("not reached", null)));
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(new NotSent());
        assertThat(this.fixture.journal).containsExactly("ledger.settling", "facilitator.settle", "ledger.release");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void settleWhenErrorIsThrownThenItPassesThroughAndThePaymentStaysInFlight() {
        this.fixture.facilitator.onSettle((call) -> {
            throw new StackOverflowError();
        });
        AdmittedPayment admitted = this.fixture.admit();
        assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> this.fixture.gate.settle(admitted));
        this.fixture.gate.release(admitted);
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLING);
    }

    @ParameterizedTest
    @MethodSource("ledgerFailures")
    void settleWhenLedgerIsDownBeforehandThenNothingIsSent(Exception failure) {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.failOn(Operation.SETTLING, failure);
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(new NotSent());
        assertThat(this.fixture.journal).containsExactly("ledger.settling", "ledger.release");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void settleWhenLedgerIsDownAltogetherThenNothingIsSentAndThePaymentStaysReserved() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.failOn(Operation.SETTLING, new LedgerException("down", null));
        this.fixture.ledger.failOn(Operation.RELEASE, new LedgerException("down", null));
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(new NotSent());
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RESERVED);
    }

    @Test
    void settleWhenReservationIsVoidThenNothingIsSentAndItsOutcomeIsUnknown() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.voidReservations();
        assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(Unknown.class);
        assertThat(this.fixture.journal).containsExactly("ledger.settling");
    }

    @Test
    void settleWhenThePaymentBecameAnotherRequestsThenUnknownAndWithheld() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.refuseSettled();
        assertThat(this.fixture.gate.settle(admitted, "ab".repeat(32), null))
            .isEqualTo(new Unknown(failed("settlement_pending", TRANSACTION)));
        assertThat(this.fixture.journal).containsExactly("ledger.settling", "facilitator.settle", "ledger.settled");
    }

    @Test
    void settleWhenTheResponseIsKnownThenItsDigestIsRecordedWithIt() {
        assertThat(this.fixture.gate.settle(this.fixture.admit(), "ab".repeat(32), null)).isInstanceOf(Settled.class);
        assertThat(this.fixture.ledger.responseDigest()).isEqualTo("ab".repeat(32));
    }

    @ParameterizedTest
    @MethodSource("ledgerFailures")
    void settleWhenSuccessCannotBeRecordedThenSettledAndThePaymentStaysInFlight(Exception failure) {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.failOn(Operation.SETTLED, failure);
        assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(Settled.class);
        assertThat(this.fixture.journal).containsExactly("ledger.settling", "facilitator.settle", "ledger.settled");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLING);
    }

    @ParameterizedTest
    @MethodSource("ledgerFailures")
    void settleWhenUnknownCannotBeRecordedThenUnknownAndThePaymentStaysInFlight(Exception failure) {
        this.fixture.facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("no answer", null)));
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.failOn(Operation.UNKNOWN, failure);
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(UNKNOWN);
        assertThat(this.fixture.journal).containsExactly("ledger.settling", "facilitator.settle", "ledger.unknown");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLING);
    }

    @ParameterizedTest
    @MethodSource("ledgerFailures")
    void settleWhenRefusalCannotBeRecordedThenRefusedAndThePaymentStaysInFlight(Exception failure) {
        SettleResponse refusal = failed("invalid_exact_evm_insufficient_balance", "");
        this.fixture.facilitator.onSettle(refusal);
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.failOn(Operation.RELEASE, failure);
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(new Refused(refusal));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLING);
    }

    @Test
    void settleWhenSettledThenReportedWithItsTransactionAndOtherwiseNot() {
        this.fixture.gate.settle(this.fixture.admit());
        assertThat(this.fixture.reported).containsExactly(GateFixture.NONCE + " " + TRANSACTION);
    }

    @Test
    void settleWhenUnknownOrRefusedThenNotReported() {
        this.fixture.facilitator.onSettle(failed("invalid_exact_evm_insufficient_balance", ""));
        this.fixture.gate.settle(this.fixture.admit());
        this.fixture.facilitator.onSettle(failed("transaction_failed", TRANSACTION));
        this.fixture.gate.settle(this.fixture.admit());
        assertThat(this.fixture.reported).isEmpty();
    }

    @Test
    void settleWhenTheListenerFailsThenSettledAllTheSame() {
        this.fixture.reportFailure = new IllegalStateException("bug");
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOf(Settled.class);
        assertThat(this.fixture.reported).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "256, true", "257, false" })
    void settleWhenAReplyIsAsLongAsAReceiptMayBeThenItCounts(int length, boolean counts) {
        String text = "x".repeat(length);
        ReasonCode poor = ReasonCode.of("invalid_exact_evm_insufficient_balance");
        this.fixture.facilitator.onSettle(new SettleResponse(false, poor, text, "", "eip155:84532"));
        assertThat(this.fixture.gate.settle(this.fixture.admit()) instanceof Refused).isEqualTo(counts);
        this.fixture.entries.conclude(
                new UnknownPayment(GateFixture.KEY, Rail.X402,
                        this.fixture.entries.find(GateFixture.KEY).map(StoredPayment::token).orElse(""),
                        StoredTerms.of(GateFixture.TERMS), GateFixture.VALID_BEFORE, GateFixture.NOW, null),
                new Conclusion.Unsettled());
        this.fixture.facilitator.onSettle(new SettleResponse(false, poor, null, "", text));
        assertThat(this.fixture.gate.settle(this.fixture.admit()) instanceof Refused).isEqualTo(counts);
    }

    @ParameterizedTest
    @CsvSource({ "256, 2", "257, 1" })
    void settleWhenThePendingTransactionIsAsLongAsAReceiptMayBeThenPresentedAgain(int length, int times) {
        SettleResponse pending = failed("settlement_pending", "x".repeat(length));
        this.fixture.facilitator.onSettle(pending).onSettle(pending);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(UNKNOWN);
        assertThat(this.fixture.facilitator.settlements()).hasSize(times);
    }

    @Test
    void settleWhenCalledTwiceThenSentOnce() {
        AdmittedPayment admitted = this.fixture.admit();
        assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(Settled.class);
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(new NotSent());
        assertThat(this.fixture.facilitator.settlements()).hasSize(1);
    }

    @Test
    void settleWhenReleasedBeforeThenNothingIsSent() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.gate.release(admitted);
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(new NotSent());
        assertThat(this.fixture.journal).containsExactly("ledger.release");
    }

    @Test
    void releaseWhenNotSettledThenFreeAgain() {
        this.fixture.gate.release(this.fixture.admit());
        assertThat(this.fixture.journal).containsExactly("ledger.release");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void releaseWhenSettledThenNothingHappens() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.gate.settle(admitted);
        this.fixture.journal.clear();
        this.fixture.gate.release(admitted);
        assertThat(this.fixture.journal).isEmpty();
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLED);
    }

    @ParameterizedTest
    @MethodSource("ledgerFailures")
    void releaseWhenLedgerIsDownThenNothingIsThrown(Exception failure) {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.failOn(Operation.RELEASE, failure);
        this.fixture.gate.release(admitted);
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RESERVED);
    }

    @RepeatedTest(50)
    void settleWhenItRacesWithReleaseThenOnlyTheFirstEndsThePayment() throws Exception {
        AdmittedPayment admitted = this.fixture.admit();
        CyclicBarrier start = new CyclicBarrier(2);
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Future<SettlementOutcome> settling = executor.submit(() -> {
                start.await();
                return this.fixture.gate.settle(admitted);
            });
            Future<?> releasing = executor.submit(() -> {
                start.await();
                this.fixture.gate.release(admitted);
                return null;
            });
            releasing.get();
            if (settling.get() instanceof Settled) {
                assertThat(this.fixture.journal).containsExactly("ledger.settling", "facilitator.settle",
                        "ledger.settled");
            }
            else {
                assertThat(settling.get()).isEqualTo(new NotSent());
                assertThat(this.fixture.journal).containsExactly("ledger.release");
            }
        }
    }

    @Test
    void settleWhenVersionOneThenReceiptIsTheFacilitators() {
        PaymentPayload payload = new PaymentPayload(1,
                Map.of("scheme", "exact", "network", "base-sepolia", "payload", Map.of()));
        SettleResponse receipt = new SettleResponse(true, null, PAYER, TRANSACTION, "base-sepolia");
        this.fixture.facilitator.onSettle(receipt);
        AdmittedPayment admitted = this.fixture.admit(this.fixture.attempt(payload, GateFixture.TERMS));
        assertThat(this.fixture.gate.settle(admitted)).isEqualTo(new Settled(receipt));
    }

    @Test
    void settleWhenUnknownThenReceiptNamesOurNetwork() {
        this.fixture.facilitator.onSettle(SettleResponse.settled(PAYER, TRANSACTION, Network.parse("base")));
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isInstanceOfSatisfying(Unknown.class,
                (unknown) -> assertThat(unknown.receipt().network()).isEqualTo("eip155:84532"));
    }

    private void assertSettles(SettleResponse... answers) {
        List.of(answers).forEach(this.fixture.facilitator::onSettle);
        SettleResponse last = answers[answers.length - 1];
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(new Settled(last));
        assertThat(this.fixture.journal).startsWith("ledger.settling", "facilitator.settle").endsWith("ledger.settled");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLED);
    }

    private void assertUnknown(Unknown expected, SettleResponse... answers) {
        List.of(answers).forEach(this.fixture.facilitator::onSettle);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(expected);
        assertThat(this.fixture.journal).startsWith("ledger.settling", "facilitator.settle").endsWith("ledger.unknown");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    private void assertRefused(SettleResponse expected, SettleResponse... answers) {
        List.of(answers).forEach(this.fixture.facilitator::onSettle);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(new Refused(expected));
        assertThat(this.fixture.journal).startsWith("ledger.settling", "facilitator.settle").endsWith("ledger.release");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    private static Stream<Exception> failures() {
        return Stream.of(new FacilitatorException("no answer", null),
                new FacilitatorNotReachedException("not reached", null),
                FacilitatorNotReachedException.notAsked("not asked", Duration.ZERO), new IllegalStateException("bug"));
    }

    private static Stream<Exception> ledgerFailures() {
        return Stream.of(new LedgerException("down", null), new IllegalStateException("bug"));
    }

}

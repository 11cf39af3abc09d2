package io.github.x402spring.facilitator.resilience;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

@ExtendWith(OutputCaptureExtension.class)
class ResilientFacilitatorTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", NETWORK, TokenAmount.of(1),
            "0x" + "aA".repeat(20), "0x" + "bB".repeat(20), 300, Map.of());

    private static final PaymentPayload PAYLOAD = new PaymentPayload(2, Map.of("payload", Map.of()));

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.test/", "", "");

    private static final Duration OPEN = Duration.ofSeconds(10);

    private static final int WINDOW = 4;

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    private final FakeFacilitator target = new FakeFacilitator();

    private final ResilientFacilitator facilitator = new ResilientFacilitator(this.target, 2, 50, WINDOW, OPEN,
            this.clock);

    @ParameterizedTest
    @EnumSource
    void callWhenTooManyFailThenIsNotMadeForAWhile(Operation operation) throws Exception {
        fail(operation, WINDOW);
        assertNotAsked(operation);
        this.clock.advance(OPEN.minusMillis(1));
        assertNotAsked(operation);
        assertThat(calls(operation)).isEqualTo(WINDOW);
        this.clock.advance(Duration.ofMillis(2));
        for (int i = 0; i < WINDOW; i++) {
            operation.call(this.facilitator);
        }
        assertThat(calls(operation)).isEqualTo(2 * WINDOW);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenItStillFailsAfterAWhileThenIsNotMadeForAnother(Operation operation) {
        fail(operation, WINDOW);
        this.clock.advance(OPEN.plusMillis(1));
        fail(operation, 3);
        assertNotAsked(operation);
        assertThat(calls(operation)).isEqualTo(WINDOW + 3);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenFewerThanTheRateFailThenIsMade(Operation operation) throws Exception {
        for (int i = 0; i < 5; i++) {
            fail(operation, 1);
            operation.call(this.facilitator);
            operation.call(this.facilitator);
            operation.call(this.facilitator);
        }
        assertThat(calls(operation)).isEqualTo(20);
    }

    @Test
    void callWhenTheAnswerIsNoThenCountsAsAnswered() throws Exception {
        for (int i = 0; i < 3 * WINDOW; i++) {
            this.target.onVerify(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
            this.target.onSettle(SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "", NETWORK));
            assertThat(verify().valid()).isFalse();
            assertThat(settle().success()).isFalse();
        }
        assertThat(verify().valid()).isTrue();
        assertThat(settle().success()).isTrue();
    }

    @Test
    void callWhenTheFacilitatorHasABugThenCountsAsFailedIfTheQuestionFails() {
        this.target.onProbe(error());
        for (int i = 0; i < WINDOW; i++) {
            this.target.onSettle(FakeFacilitator.failure(new IllegalStateException("bug")));
            assertThat(catchThrowable(this::settle)).isInstanceOf(IllegalStateException.class);
        }
        assertNotAsked(Operation.SETTLE);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenErrorsMayBeThePaymentsThenIsMadeAsLongAsAQuestionIsRepliedTo(Operation operation) throws Exception {
        for (int i = 0; i < 1000; i++) {
            fail(operation, error());
        }
        assertThat(this.target.probes()).isOne();
        assertThat(operation.call(this.facilitator)).isNotNull();
        this.clock.advance(Duration.ofSeconds(5));
        fail(operation, error());
        assertThat(this.target.probes()).isEqualTo(2);
        assertThat(this.facilitator.verify()).isEqualTo(State.CLOSED);
        assertThat(this.facilitator.settle()).isEqualTo(State.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenTheQuestionFailsTooThenIsNotMade(Operation operation) {
        this.target.onProbe(error());
        for (int i = 0; i < WINDOW; i++) {
            fail(operation, error());
        }
        assertNotAsked(operation);
        assertThat(this.target.probes()).isOne();
    }

    @Test
    void callWhileTheQuestionIsAskedAgainThenCountsByNoAnswerOfAnOutageThatIsOver() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        FakeFacilitator slow = new FakeFacilitator() {

            @Override
            public void probe(Network network) throws FacilitatorException {
                if (!over.get()) {
                    throw error();
                }
                asked.countDown();
                try {
                    end.await();
                }
                catch (InterruptedException ex) {
                    throw new IllegalStateException(ex);
                }
            }

        };
        ResilientFacilitator facilitator = new ResilientFacilitator(slow, WINDOW, 50, WINDOW, OPEN, this.clock);
        slow.onVerify(FakeFacilitator.failure(error()));
        assertThat(catchThrowable(() -> Operation.VERIFY.call(facilitator))).isInstanceOf(FacilitatorException.class);
        for (int i = 0; i < WINDOW; i++) {
            Operation.VERIFY.call(facilitator);
        }

        over.set(true);
        this.clock.advance(Duration.ofHours(1));
        for (int i = 0; i < WINDOW; i++) {
            slow.onVerify(FakeFacilitator.failure(error()));
        }
        FutureTask<@Nullable Throwable> first = new FutureTask<>(
                () -> catchThrowable(() -> Operation.VERIFY.call(facilitator)));
        Thread.ofVirtual().start(first);
        asked.await();
        for (int i = 1; i < WINDOW; i++) {
            assertThat(catchThrowable(() -> Operation.VERIFY.call(facilitator)))
                .isInstanceOf(FacilitatorException.class);
        }
        end.countDown();
        assertThat(first.get()).isInstanceOf(FacilitatorException.class);
        assertThat(facilitator.verify()).isEqualTo(State.CLOSED);
    }

    @Test
    void callWhenTheQuestionFailsBecauseOfABugThenIsNotMade() {
        ResilientFacilitator buggy = new ResilientFacilitator(new FakeFacilitatorWithABug(), 2, 50, 1, OPEN,
                this.clock);
        assertThatIllegalStateException().isThrownBy(() -> Operation.VERIFY.call(buggy));
        assertThat(buggy.verify()).isEqualTo(State.OPEN);
    }

    @Test
    void callWhenTheQuestionWasAboutAnotherNetworkThenItIsAskedAgain() {
        this.target.onProbe(error());
        fail(Operation.VERIFY, error());
        this.target.onVerify(FakeFacilitator.failure(error()));
        PaymentRequirements elsewhere = new PaymentRequirements("exact", Network.parse("base"), TokenAmount.of(1),
                TERMS.asset(), TERMS.payTo(), 300, Map.of());
        assertThat(catchThrowable(() -> this.facilitator.verify(PAYLOAD, elsewhere, RESOURCE)))
            .isInstanceOf(FacilitatorException.class);
        assertThat(this.target.probes()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenAReplyIsOnlyOddThenIsMadeAndNothingIsAsked(Operation operation) throws Exception {
        for (int i = 0; i < 1000; i++) {
            fail(operation, new FacilitatorException("odd", null, Failure.REPLY, Duration.ZERO));
        }
        assertThat(operation.call(this.facilitator)).isNotNull();
        assertThat(this.target.probes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void callWhenHalfOpenAndErrorsAreThePaymentsThenCloses(Operation operation) {
        fail(operation, WINDOW);
        this.clock.advance(OPEN.plusMillis(1));
        for (int i = 0; i < 3; i++) {
            fail(operation, error());
        }
        assertThat((operation == Operation.VERIFY) ? this.facilitator.verify() : this.facilitator.settle())
            .isEqualTo(State.CLOSED);
    }

    @ParameterizedTest
    @CsvSource({ "VERIFY,PT0.001S,1000", "VERIFY,PT7S,7000", "SETTLE,PT7S,7000", "SETTLE,PT1000H,60000" })
    void callWhenTheFacilitatorAsksForAPauseThenNoCallIsMadeUntilItIsOver(Operation operation, Duration pause,
            long millis, CapturedOutput output) throws Exception {
        fail(operation, new FacilitatorException("slow down", null, Failure.ERROR, pause));
        assertThat(this.facilitator.verify()).isEqualTo(State.OPEN);
        assertThat(this.facilitator.settle()).isEqualTo(State.OPEN);
        for (Operation each : Operation.values()) {
            assertThatExceptionOfType(FacilitatorNotReachedException.class)
                .isThrownBy(() -> each.call(this.facilitator))
                .satisfies((ex) -> assertThat(ex.pause()).isEqualTo(Duration.ofMillis(millis)));
        }
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(this.facilitator::checkAsked);
        this.clock.advance(Duration.ofMillis(millis - 1));
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(this.facilitator::checkAsked)
            .satisfies((ex) -> assertThat(ex.pause()).isEqualTo(Duration.ofMillis(1)));
        this.clock.advance(Duration.ofMillis(1));
        this.facilitator.checkAsked();
        assertThat(operation.call(this.facilitator)).isNotNull();
        assertThat(this.facilitator.verify()).isEqualTo(State.CLOSED);
        assertThat(this.target.probes()).isZero();
        assertThat(output).containsOnlyOnce("asks for a pause of");
    }

    @Test
    void callWhenThereAreManyPausesThenEachIsKeptAndOneAMinuteIsLogged(CapturedOutput output) {
        for (int i = 0; i < 60; i++) {
            fail(Operation.VERIFY, new FacilitatorException("slow down", null, Failure.ERROR, Duration.ofSeconds(1)));
            this.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(calls(Operation.VERIFY)).isEqualTo(60);
        assertThat(this.facilitator.verify()).isEqualTo(State.CLOSED);
        assertThat(output).containsOnlyOnce("asks for a pause of");
        fail(Operation.VERIFY, new FacilitatorException("slow down", null, Failure.ERROR, Duration.ofSeconds(1)));
        assertThat(output.toString().split("asks for a pause of", -1)).hasSize(3);
    }

    @Test
    void callWhenTheClockIsSetBackThenAPauseDoesNotGoOnForEver() throws Exception {
        fail(Operation.VERIFY, new FacilitatorException("slow down", null, Failure.ERROR, Duration.ofSeconds(5)));
        this.clock.advance(Duration.ofDays(-1));
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void callWhenTheQuestionIsRepliedToWithAPauseThenIsMadeBecauseAPayerBroughtItAbout() throws Exception {
        this.target.onProbe(new FacilitatorException("slow down", null, Failure.REPLY, Duration.ofSeconds(5)));
        for (int i = 0; i < 2 * WINDOW; i++) {
            fail(Operation.VERIFY, error());
            this.clock.advance(Duration.ofSeconds(5));
        }
        assertThat(verify().valid()).isTrue();
        assertThat(this.facilitator.verify()).isEqualTo(State.CLOSED);
    }

    @Test
    void checkAskedWhenNothingIsSettledThenThrowsAndWhenNothingIsVerifiedDoesNot() throws Exception {
        fail(Operation.VERIFY, WINDOW);
        this.facilitator.checkAsked();
        fail(Operation.SETTLE, WINDOW);
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(this.facilitator::checkAsked);
    }

    @Test
    void verifyWhenNothingIsSettledThenIsNotMadeUntilThatIsTriedAgain() throws Exception {
        fail(Operation.SETTLE, WINDOW);
        assertNotAsked(Operation.VERIFY);
        this.clock.advance(OPEN.plusMillis(1));
        for (int i = 0; i < 2 * WINDOW; i++) {
            assertThat(verify().valid()).isTrue();
        }
        assertThat(settle().success()).isTrue();
    }

    @Test
    void settleWhenNothingIsVerifiedThenIsMade() throws Exception {
        fail(Operation.VERIFY, WINDOW);
        assertNotAsked(Operation.VERIFY);
        assertThat(settle().success()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void callWhenThereIsNoRoomThenFailsAtOnceAndTheOtherOperationHasItsOwn(Operation operation) throws Exception {
        CountDownLatch under = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            this.target.onVerify((call) -> {
                await(under, end);
                return VerifyResponse.valid(null);
            });
            this.target.onSettle((call) -> {
                await(under, end);
                return SettleResponse.settled(null, FakeFacilitator.TRANSACTION, NETWORK);
            });
        }
        FutureTask<Object> first = start(operation);
        FutureTask<Object> second = start(operation);
        under.await();
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> operation.call(this.facilitator))
            .withMessageContaining("in flight");
        assertThat(calls(operation)).isEqualTo(2);
        end.countDown();
        first.get();
        second.get();
        assertThat(operation.call(this.facilitator)).isNotNull();
        assertThat(operation.other().call(this.facilitator)).isNotNull();
    }

    @Test
    void callWhenThereIsNoRoomThenDoesNotCountAsFailed() throws Exception {
        ResilientFacilitator single = new ResilientFacilitator(this.target, 1, 1, 1, OPEN, this.clock);
        this.target.onVerify((call) -> {
            assertThatExceptionOfType(FacilitatorNotReachedException.class)
                .isThrownBy(() -> Operation.VERIFY.call(single));
            return VerifyResponse.valid(null);
        });
        Operation.VERIFY.call(single);
        assertThat(Operation.VERIFY.call(single)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void callWhenItIsNotMadeThenTheLogSaysOnceThatItIsNotAndOnceThatItIsAgain(Operation operation,
            CapturedOutput output) throws Exception {
        fail(operation, WINDOW);
        for (int i = 0; i < 10; i++) {
            assertNotAsked(operation);
        }
        this.clock.advance(OPEN.plusMillis(1));
        for (int i = 0; i < WINDOW; i++) {
            operation.call(this.facilitator);
        }
        assertThat(output).containsOnlyOnce("is called again in")
            .containsOnlyOnce("replies to " + operation + " again");
    }

    @Test
    void callWhenThereIsNoRoomForManyThenTheLogSaysSoOnce(CapturedOutput output) throws Exception {
        ResilientFacilitator single = new ResilientFacilitator(this.target, 1, 50, WINDOW, OPEN, this.clock);
        for (int i = 0; i < 2; i++) {
            this.target.onVerify((call) -> {
                for (int others = 0; others < 10; others++) {
                    assertThatExceptionOfType(FacilitatorNotReachedException.class)
                        .isThrownBy(() -> Operation.VERIFY.call(single));
                }
                return VerifyResponse.valid(null);
            });
        }
        Operation.VERIFY.call(single);
        assertThat(output).containsOnlyOnce("1 calls to verify are in flight");
        Operation.VERIFY.call(single);
        assertThat(output.toString().split("1 calls to verify are in flight", -1)).hasSize(3);
    }

    @Test
    void supportedWhenTheCircuitIsOpenThenIsAsked() throws Exception {
        fail(Operation.SETTLE, WINDOW);
        assertThat(this.facilitator.supported()).isEqualTo(this.target.supported());
        assertThat(this.facilitator.mayServe(NETWORK)).isTrue();
        assertThat(this.facilitator.kind()).isEqualTo(this.target.kind());
        assertThat(this.facilitator.simulated()).isEqualTo(this.target.simulated());
    }

    @ParameterizedTest
    @CsvSource({ "0, 50, 4, 1s", "1, 0, 4, 1s", "1, 101, 4, 1s", "1, 50, 0, 1s", "1, 50, 4, 0s" })
    void settingsWhenOutOfRangeThenThrow(int calls, int rate, int window, String openTime) {
        Duration open = Duration.parse("PT" + openTime);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new ResilientFacilitator(this.target, calls, rate, window, open, this.clock));
    }

    private void fail(Operation operation, int times) {
        for (int i = 0; i < times; i++) {
            fail(operation, new FacilitatorException("failed", null, Failure.UNREACHABLE, Duration.ZERO));
        }
    }

    private void fail(Operation operation, FacilitatorException failure) {
        if (operation == Operation.VERIFY) {
            this.target.onVerify(FakeFacilitator.failure(failure));
        }
        else {
            this.target.onSettle(FakeFacilitator.failure(failure));
        }
        assertThat(catchThrowable(() -> operation.call(this.facilitator))).isSameAs(failure);
    }

    private static FacilitatorException error() {
        return new FacilitatorException("error", null);
    }

    private void assertNotAsked(Operation operation) {
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> operation.call(this.facilitator))
            .withMessageContaining("not asked");
    }

    private int calls(Operation operation) {
        List<FakeFacilitator.Call> calls = (operation == Operation.VERIFY) ? this.target.verifications()
                : this.target.settlements();
        return calls.size();
    }

    private VerifyResponse verify() throws FacilitatorException {
        return this.facilitator.verify(PAYLOAD, TERMS, RESOURCE);
    }

    private SettleResponse settle() throws FacilitatorException {
        return this.facilitator.settle(PAYLOAD, TERMS, RESOURCE);
    }

    private FutureTask<Object> start(Operation operation) {
        FutureTask<Object> task = new FutureTask<>(() -> operation.call(this.facilitator));
        Thread.ofVirtual().start(task);
        return task;
    }

    private static void await(CountDownLatch under, CountDownLatch end) {
        under.countDown();
        try {
            end.await();
        }
        catch (InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static final class FakeFacilitatorWithABug implements Facilitator {

        @Override
        public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource) {
            throw new IllegalStateException("bug");
        }

        @Override
        public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource) {
            throw new IllegalStateException("bug");
        }

        @Override
        public List<SupportedKind> supported() {
            throw new IllegalStateException("bug");
        }

    }

    enum Operation {

        VERIFY, SETTLE;

        Object call(ResilientFacilitator facilitator) throws FacilitatorException {
            return (this == VERIFY) ? facilitator.verify(PAYLOAD, TERMS, RESOURCE)
                    : facilitator.settle(PAYLOAD, TERMS, RESOURCE);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        Operation other() {
            return (this == VERIFY) ? SETTLE : VERIFY;
        }

    }

}

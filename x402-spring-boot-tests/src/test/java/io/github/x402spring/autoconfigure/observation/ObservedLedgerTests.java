package io.github.x402spring.autoconfigure.observation;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.observation.ObservationFixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class ObservedLedgerTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final PaymentKey KEY = new PaymentKey(ObservationFixture.NETWORK, "0xa", ObservationFixture.PAYER,
            "0xnonce");

    private static final PaymentClaim CLAIM = TestClaims.claim(KEY,
            RequestFingerprint.of("report", "GET", "https://api.example.com/report", "", new byte[0]),
            NOW.plusSeconds(60), "report", "https://api.example.com/report", BigInteger.TEN, "0xd", "ann");

    private static final StoredPayment STORED = StoredPayment.builder(CLAIM, "t", NOW)
        .state(PaymentState.SETTLED)
        .settledAt(NOW)
        .transaction("0xt")
        .delivery(Delivery.LOST, false, 1)
        .build();

    private final ObservationFixture observed = new ObservationFixture();

    private final List<String> journal = new CopyOnWriteArrayList<>();

    private final PaymentLedger entries = new InMemoryLedgers(Clock.fixed(NOW, ZoneOffset.UTC), 10).payments();

    private final FakeLedger target = new FakeLedger(this.entries, this.journal);

    private final ObservedLedger ledger = new ObservedLedger(this.target, this.observed.registry, null);

    @ParameterizedTest
    @MethodSource
    void reserveWhenAnsweredThenIsThatAnswerAndItsOutcome(ReserveResult result, String outcome) throws Exception {
        this.target.answerReserve(result);
        assertThat(this.ledger.reserve(CLAIM)).isSameAs(result);
        assertObserved("reserve", outcome, "none");
    }

    static Stream<Arguments> reserveWhenAnsweredThenIsThatAnswerAndItsOutcome() {
        return Stream.of(Arguments.of(new ReserveResult.Reserved(new Reservation(KEY, "t", false)), "reserved"),
                Arguments.of(new ReserveResult.Reserved(new Reservation(KEY, "t", true)), "resumed"),
                Arguments.of(new ReserveResult.InFlight(), "in_flight"),
                Arguments.of(new ReserveResult.BoundElsewhere(PaymentState.SETTLED), "bound_elsewhere"),
                Arguments.of(new ReserveResult.Pending(), "pending"),
                Arguments.of(new ReserveResult.Settled(STORED), "settled"),
                Arguments.of(new ReserveResult.Ended(PaymentState.UNRESOLVED), "ended"),
                Arguments.of(new ReserveResult.TooManyUnknown(), "too_many_unknown"),
                Arguments.of(new ReserveResult.Full(), "full"));
    }

    @Test
    void ledgerWhenAPaymentIsMadeThenEachStepReachesTheTarget() throws Exception {
        Reservation reservation = reserve();
        assertThat(this.ledger.settling(reservation)).isTrue();
        assertThat(this.ledger.settled(reservation, "0xt", "d".repeat(64))).isTrue();
        this.ledger.undelivered(reservation, true);
        StoredPayment found = this.ledger.find(KEY).orElseThrow();
        assertThat(found.state()).isEqualTo(PaymentState.SETTLED);
        assertThat(found.transaction()).isEqualTo("0xt");
        assertThat(found.responseDigest()).isEqualTo("d".repeat(64));
        assertThat(found.bodyBegun()).isTrue();
        this.ledger.delivered(this.ledger.redeliver(found, 2).orElseThrow());
        assertThat(this.entries.find(KEY).orElseThrow().delivery()).isEqualTo(Delivery.DELIVERED);
        assertThat(this.journal).containsExactly("ledger.reserve", "ledger.settling", "ledger.settled",
                "ledger.undelivered", "ledger.find", "ledger.redeliver", "ledger.delivered");
        assertObserved("settling", "done", "none");
        assertObserved("settled", "done", "none");
        assertObserved("find", "done", "none");
        assertObserved("redeliver", "done", "none");
    }

    @Test
    void redeliverWhenAnotherCallTookItThenSaysSo() throws Exception {
        assertThat(this.ledger.redeliver(STORED, 2)).isEmpty();
        assertObserved("redeliver", "void", "none");
    }

    @Test
    void settledWhenThePaymentIsNoLongerTheCallersThenSaysSo() throws Exception {
        assertThat(this.ledger.settled(new Reservation(KEY, "t", false), "0xt", null)).isFalse();
        assertObserved("settled", "void", "none");
    }

    @Test
    void unknownWhenNobodyKnowsThenReachesTheTarget() throws Exception {
        Reservation reservation = reserve();
        this.ledger.settling(reservation);
        this.ledger.unknown(reservation, "0xt");
        assertThat(this.entries.find(KEY)).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertObserved("unknown", "done", "none");
    }

    @Test
    void releaseWhenThePaymentIsFreeAgainThenReachesTheTarget() throws Exception {
        this.ledger.release(reserve());
        assertThat(this.entries.find(KEY)).isEmpty();
        assertObserved("release", "done", "none");
    }

    @Test
    void settlingWhenTheReservationIsVoidThenSaysSo() throws Exception {
        Reservation reservation = reserve();
        this.target.voidReservations();
        assertThat(this.ledger.settling(reservation)).isFalse();
        assertObserved("settling", "void", "none");
    }

    @ParameterizedTest
    @EnumSource
    void callWhenTheLedgerIsDownThenFailsTheSameWay(Operation operation) throws Exception {
        Reservation reservation = reserve();
        LedgerException failure = new LedgerException("down", null);
        this.target.failOn(operation, failure);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> call(operation, reservation))
            .isSameAs(failure);
        assertObserved(operation.name().toLowerCase(Locale.ROOT), "failed", "LedgerException");
    }

    @Test
    void findWhenTheLedgerHasABugThenItsWordsAreNotObserved() {
        this.target.failOn(Operation.FIND, new IllegalStateException("0xcheque"));
        assertThatIllegalStateException().isThrownBy(() -> this.ledger.find(KEY));
        assertObserved("find", "failed", "none");
        assertThat(this.observed.last().getError()).isNull();
    }

    @Test
    void callWhenAnythingIsObservedThenNeitherPayerNorCallerIsNamed() throws Exception {
        this.ledger.reserve(CLAIM);
        assertThat(this.observed.last().getAllKeyValues().toString()).doesNotContain(ObservationFixture.PAYER,
                "0xnonce", "ann");
    }

    @Test
    void callWhenNobodyListensThenOnlyAsks() throws Exception {
        assertThat(new ObservedLedger(this.target, ObservationRegistry.create(), null).reserve(CLAIM))
            .isInstanceOf(ReserveResult.Reserved.class);
        assertThat(this.observed.meters.getMeters()).isEmpty();
    }

    @Test
    void kindWhenAskedThenIsThatOfTheTarget() {
        assertThat(new ObservedLedger(this.entries, ObservationRegistry.NOOP, null).kind()).isEqualTo("memory");
        assertThat(new ObservedLedger(this.target, ObservationRegistry.NOOP, null).kind()).isEqualTo("custom");
    }

    private Reservation reserve() {
        return ((ReserveResult.Reserved) this.ledger.reserve(CLAIM)).reservation();
    }

    private void call(Operation operation, Reservation reservation) {
        PaymentLedger ledger = this.ledger;
        switch (operation) {
            case RESERVE -> ledger.reserve(CLAIM);
            case SETTLING -> ledger.settling(reservation);
            case SETTLED -> ledger.settled(reservation, "0xt", null);
            case UNKNOWN -> ledger.unknown(reservation, "0xt");
            case RELEASE -> ledger.release(reservation);
            case FIND -> ledger.find(KEY);
            case REDELIVER -> ledger.redeliver(STORED, 2);
            case REPEAT -> ledger.repeat(STORED);
            case USED_ELSEWHERE -> ledger.usedElsewhere(reservation);
        }
    }

    private void assertObserved(String operation, String outcome, String error) {
        assertThat(this.observed.meters.get("x402.ledger")
            .tags("operation", operation, "outcome", outcome, "ledger", "custom", "error", error)
            .timer()
            .count()).isOne();
    }

}

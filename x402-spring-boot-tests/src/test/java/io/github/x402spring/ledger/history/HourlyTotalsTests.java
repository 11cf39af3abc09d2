package io.github.x402spring.ledger.history;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import io.github.x402spring.MutableClock;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class HourlyTotalsTests {

    private static final Instant HOUR = Instant.parse("2026-11-21T10:00:00Z");

    private final MutableClock clock = new MutableClock(HOUR.plusSeconds(600));

    private final CountedHistory history = new CountedHistory();

    private final HourlyTotals totals = new HourlyTotals(this.history, this.clock, 3, Runnable::run);

    @Test
    void snapshotWhenAskedThenHasEachHour() {
        this.history.put(HOUR, PaymentState.SETTLED, 1);
        this.history.put(HOUR.minus(2, ChronoUnit.HOURS), PaymentState.SETTLED, 2);
        this.history.put(HOUR.minus(3, ChronoUnit.HOURS), PaymentState.SETTLED, 4);
        HourlyTotals.Snapshot snapshot = this.totals.snapshot(Duration.ZERO);
        assertThat(snapshot.hours()).containsOnlyKeys(HOUR.minus(2, ChronoUnit.HOURS), HOUR.minus(1, ChronoUnit.HOURS),
                HOUR);
        assertThat(snapshot.since(Instant.EPOCH)).singleElement()
            .satisfies((total) -> assertThat(total.amount()).isEqualTo(3));
        assertThat(snapshot.since(HOUR)).singleElement().satisfies((total) -> assertThat(total.amount()).isEqualTo(1));
    }

    @Test
    void snapshotWhenAskedTwiceWithinAMinuteThenCountsOnce() {
        this.totals.snapshot(Duration.ZERO);
        this.clock.advance(Duration.ofSeconds(59));
        this.totals.snapshot(Duration.ZERO);
        assertThat(this.history.asked).hasSize(3);
    }

    @Test
    void snapshotWhenAskedLaterThenCountsThePresentHourOnly() {
        this.totals.snapshot(Duration.ZERO);
        this.history.asked.clear();
        this.history.put(HOUR, PaymentState.SETTLED, 5);
        this.clock.advance(Duration.ofMinutes(1));
        assertThat(this.totals.snapshot(Duration.ZERO).since(HOUR)).hasSize(1);
        assertThat(this.history.asked).containsExactly(HOUR);
    }

    @Test
    void snapshotWhenAnHourHasOpenPaymentsThenCountsItAgain() {
        Instant open = HOUR.minus(2, ChronoUnit.HOURS);
        this.history.put(open, PaymentState.UNKNOWN, 5);
        this.totals.snapshot(Duration.ZERO);
        this.history.asked.clear();
        this.clock.advance(Duration.ofMinutes(10));
        this.totals.snapshot(Duration.ZERO);
        assertThat(this.history.asked).containsExactly(HOUR, open);
    }

    @Test
    void snapshotWhenHoursPassThenOldOnesLeave() {
        this.totals.snapshot(Duration.ZERO);
        this.clock.advance(Duration.ofHours(5));
        assertThat(this.totals.snapshot(Duration.ZERO).hours().firstKey()).isEqualTo(HOUR.plus(3, ChronoUnit.HOURS));
    }

    @Test
    void snapshotWhenAnHourPassesThenTheOldestLeaves() {
        this.totals.snapshot(Duration.ZERO);
        this.clock.advance(Duration.ofHours(1));
        assertThat(this.totals.snapshot(Duration.ZERO).hours()).containsOnlyKeys(HOUR.minus(1, ChronoUnit.HOURS), HOUR,
                HOUR.plus(1, ChronoUnit.HOURS));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = { "SETTLED", "UNRESOLVED", "USED_ELSEWHERE" })
    void snapshotWhenAnHourIsOverAndAllHasEndedThenItIsNotCountedAgain(PaymentState state) {
        this.history.put(HOUR.minus(2, ChronoUnit.HOURS), state, 5);
        this.totals.snapshot(Duration.ZERO);
        this.history.asked.clear();
        this.clock.advance(Duration.ofMinutes(10));
        this.totals.snapshot(Duration.ZERO);
        assertThat(this.history.asked).containsExactly(HOUR);
    }

    @Test
    void snapshotWhenThereAreManyHoursThenThoseOfADayAreShownFirst() {
        HourlyTotals month = new HourlyTotals(this.history, this.clock, 720, Runnable::run);
        List<Integer> shown = new ArrayList<>();
        this.history.meanwhile = () -> shown.add(month.snapshot(Duration.ZERO).hours().size());
        assertThat(month.snapshot(Duration.ZERO).hours()).hasSize(720);
        assertThat(shown.subList(0, 24)).containsOnly(0);
        assertThat(shown.subList(24, 720)).containsOnly(24);
    }

    @Test
    void coversWhenHoursAreNotCountedYetThenSaysWhichSumsAreComplete() {
        HourlyTotals month = new HourlyTotals(this.history, this.clock, 720, Runnable::run);
        List<String> covered = new ArrayList<>();
        this.history.meanwhile = () -> {
            HourlyTotals.Snapshot snapshot = month.snapshot(Duration.ZERO);
            covered.add(snapshot.covers(HOUR) + " " + snapshot.covers(HOUR.minus(23, ChronoUnit.HOURS)) + " "
                    + snapshot.covers(HOUR.minus(24, ChronoUnit.HOURS)));
        };
        HourlyTotals.Snapshot all = month.snapshot(Duration.ZERO);
        assertThat(covered.subList(0, 24)).containsOnly("false false false");
        assertThat(covered.subList(24, 720)).containsOnly("true true false");
        assertThat(all.covers(HOUR.minus(719, ChronoUnit.HOURS))).isTrue();
        assertThat(all.covers(HOUR.minus(720, ChronoUnit.HOURS))).isFalse();
    }

    @Test
    void snapshotWhenNothingRunsTheCountingThenTriedAgainTheNextTime() {
        AtomicBoolean full = new AtomicBoolean(true);
        HourlyTotals refused = new HourlyTotals(this.history, this.clock, 3, (work) -> {
            if (full.getAndSet(false)) {
                throw new RejectedExecutionException();
            }
            work.run();
        });
        assertThat(refused.snapshot(Duration.ZERO).hours()).isEmpty();
        assertThat(refused.snapshot(Duration.ZERO).hours()).hasSize(3);
    }

    @Test
    void snapshotWhenCountedThenDoesNotWait() {
        assertThat(this.totals.snapshot(Duration.ofDays(1)).hours()).hasSize(3);
    }

    @Test
    void snapshotWhenInterruptedThenDoesNotWaitAndStaysInterrupted() {
        HourlyTotals slow = new HourlyTotals(this.history, this.clock, 3, (work) -> {
        });
        Thread.currentThread().interrupt();
        assertThat(slow.snapshot(Duration.ofDays(1)).hours()).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void snapshotWhenTheLedgerGivesNoAnswerThenSaysSoAndKeepsWhatItKnew() {
        this.history.put(HOUR, PaymentState.SETTLED, 1);
        this.totals.snapshot(Duration.ZERO);
        this.history.down = true;
        this.clock.advance(Duration.ofMinutes(2));
        HourlyTotals.Snapshot snapshot = this.totals.snapshot(Duration.ZERO);
        assertThat(snapshot.failed()).isTrue();
        assertThat(snapshot.since(HOUR)).hasSize(1);
    }

    @Test
    void snapshotWhenCountingTakesLongThenDoesNotWait() {
        List<Runnable> waiting = new ArrayList<>();
        HourlyTotals slow = new HourlyTotals(this.history, this.clock, 3, waiting::add);
        assertThat(slow.snapshot(Duration.ZERO).hours()).isEmpty();
        assertThat(slow.snapshot(Duration.ZERO).hours()).isEmpty();
        assertThat(waiting).hasSize(1);
        waiting.get(0).run();
        assertThat(slow.snapshot(Duration.ZERO).hours()).hasSize(3);
    }

    private static final class CountedHistory implements PaymentHistory {

        private final Map<Instant, PaymentTotal> sums = new HashMap<>();

        private final List<Instant> asked = new ArrayList<>();

        private boolean down;

        private Runnable meanwhile = () -> {
        };

        void put(Instant hour, PaymentState state, long amount) {
            this.sums.put(hour,
                    new PaymentTotal("report", Network.parse("base"), "0xa", state, 1, BigInteger.valueOf(amount)));
        }

        @Override
        public List<PaymentTotal> totals(Instant from, Instant to) {
            if (this.down) {
                throw new LedgerException("down", null);
            }
            assertThat(to).isEqualTo(from.plus(1, ChronoUnit.HOURS));
            this.asked.add(from);
            this.meanwhile.run();
            PaymentTotal sum = this.sums.get(from);
            return (sum != null) ? List.of(sum) : List.of();
        }

        @Override
        public PaymentPage payments(PaymentFilter filter, @Nullable PaymentCursor after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<RecordedPayment> find(PaymentKey key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<PaymentEvent> events(PaymentKey key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UnknownSettlements unknown() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Coverage coverage() {
            return Coverage.ALL;
        }

    }

}

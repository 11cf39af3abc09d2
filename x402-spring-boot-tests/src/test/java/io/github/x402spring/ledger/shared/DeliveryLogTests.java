package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.Eventually;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.TestClaims;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("waiting")
class DeliveryLogTests {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private final List<DeliveryLog.Entry> written = new CopyOnWriteArrayList<>();

    private final FakeTime time = new FakeTime();

    private final Reservation reservation = new Reservation(TestClaims.key(1), "token", false);

    @Test
    void deliveredWhenCalledThenWrittenBehindAndKnownAtOnce() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll)) {
            log.began(this.reservation);
            assertThat(log.knowsDelivered("token")).isFalse();
            log.ended(this.reservation, DeliveryLog.Kind.DELIVERED);
            assertThat(log.knowsDelivered("token")).isTrue();
            await(() -> !this.written.isEmpty());
            assertThat(this.written)
                .containsExactly(new DeliveryLog.Entry(this.reservation, DeliveryLog.Kind.DELIVERED));
            assertThat(log.knowsDelivered("token")).isTrue();
        }
    }

    @Test
    void lostWhenTheStoreFailsThenTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        try (DeliveryLog log = new DeliveryLog((entries) -> {
            if (tries.incrementAndGet() < 4) {
                throw new LedgerException("down", null);
            }
            this.written.addAll(entries);
        }, this.time)) {
            log.ended(this.reservation, DeliveryLog.Kind.LOST);
            await(() -> !this.written.isEmpty());
            assertThat(tries).hasValue(4);
            assertThat(this.time.slept()).containsExactly(SECOND, SECOND, SECOND);
            assertThat(log.knowsDelivered("token")).isFalse();
        }
    }

    @Test
    void closeWhenAnAnswerHasJustLeftThenWrittenAtOnce() {
        for (int i = 0; i < 200; i++) {
            DeliveryLog log = new DeliveryLog(this.written::addAll);
            log.ended(this.reservation, DeliveryLog.Kind.DELIVERED);
            for (int spins = 0; spins < i * 1000; spins++) {
                Thread.onSpinWait();
            }
            log.close();
            assertThat(this.written).hasSize(i + 1);
        }
    }

    @Test
    void closeWhenMuchIsLeftThenWritten() {
        DeliveryLog log = new DeliveryLog(this.written::addAll);
        for (int i = 0; i < 1000; i++) {
            log.ended(new Reservation(TestClaims.key(i), "token" + i, false), DeliveryLog.Kind.DELIVERED);
        }
        log.close();
        assertThat(this.written).hasSize(1000);
    }

    @Test
    void deliveredWhenTheStoreIsAwayThenBounded() {
        DeliveryLog log = new DeliveryLog((entries) -> {
            throw new LedgerException("down", null);
        });
        for (int i = 0; i < 30_000; i++) {
            log.ended(new Reservation(TestClaims.key(i), "token" + i, false), DeliveryLog.Kind.DELIVERED);
        }
        assertThat(log.knowsDelivered("token29999")).isFalse();
        log.close();
        assertThat(this.written).isEmpty();
    }

    @Test
    void deliveredWhenItHasJustLeftThenWrittenASecondLater() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll, this.time)) {
            log.ended(this.reservation, DeliveryLog.Kind.DELIVERED);
            await(() -> !this.written.isEmpty());
            assertThat(this.time.slept()).containsExactly(SECOND);
        }
    }

    @Test
    void lostWhenCalledThenWrittenAtOnce() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll, this.time)) {
            log.ended(this.reservation, DeliveryLog.Kind.BROKEN);
            await(() -> !this.written.isEmpty());
            assertThat(this.time.slept()).isEmpty();
        }
    }

    @Test
    void writeWhenMuchHasEndedThenInBatchesOfWhatIsDue() {
        HaltedStore store = new HaltedStore();
        try (DeliveryLog log = new DeliveryLog(store, this.time)) {
            store.halt(log);
            lose(log, 1, 450);
            store.proceed();
            await(() -> store.written() == 451);
            assertThat(store.sizes()).containsExactly(1, 200, 200, 50);
        }
    }

    @Test
    void writeWhenADeliveryHasJustLeftThenWhatIsBehindWaitsWithIt() {
        HaltedStore store = new HaltedStore();
        try (DeliveryLog log = new DeliveryLog(store, this.time)) {
            store.halt(log);
            lose(log, 1, 1);
            log.ended(reservation(2), DeliveryLog.Kind.DELIVERED);
            lose(log, 3, 3);
            store.proceed();
            await(() -> store.written() == 4);
            assertThat(store.sizes()).containsExactly(1, 1, 2);
            assertThat(this.time.slept()).containsExactly(SECOND);
        }
    }

    @Test
    void closeWhenDeliveriesHaveJustLeftThenWrittenTogetherWithoutWaiting() {
        HaltedStore store = new HaltedStore();
        DeliveryLog log = new DeliveryLog(store, this.time);
        store.halt(log);
        for (int number = 1; number <= 3; number++) {
            log.ended(reservation(number), DeliveryLog.Kind.DELIVERED);
        }
        log.close();
        assertThat(store.sizes()).containsExactly(1, 3);
        assertThat(this.time.slept()).isEmpty();
    }

    @Test
    void closeWhenItInterruptsTheStoreThenWrittenByOneMoreTry() {
        HaltedStore store = new HaltedStore();
        DeliveryLog log = new DeliveryLog((entries) -> {
            if (store.written() == 0) {
                store.accept(entries);
                throw new LedgerException("interrupted", null);
            }
            this.written.addAll(entries);
        }, this.time);
        store.halt(log);
        log.close();
        assertThat(this.written).hasSize(1);
    }

    @Test
    void closeWhenTheStoreIsAwayThenTheWriterEndsAfterOneMoreTry() throws Exception {
        BlockingQueue<Thread> writers = new LinkedBlockingQueue<>();
        AtomicInteger triesAfterwards = new AtomicInteger();
        AtomicBoolean closing = new AtomicBoolean();
        DeliveryLog log = new DeliveryLog((entries) -> {
            writers.add(Thread.currentThread());
            triesAfterwards.addAndGet(closing.get() ? 1 : 0);
            throw new LedgerException("down", null);
        }, this.time);
        log.ended(this.reservation, DeliveryLog.Kind.LOST);
        Thread writer = writers.take();
        closing.set(true);
        log.close();
        await(() -> !writer.isAlive());
        assertThat(triesAfterwards.get()).isPositive();
    }

    @Test
    void closeWhenInterruptedThenStaysInterrupted() {
        DeliveryLog log = new DeliveryLog(this.written::addAll, this.time);
        log.ended(this.reservation, DeliveryLog.Kind.LOST);
        Thread.currentThread().interrupt();
        log.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void beganWhenTheDeliveryTakesLongThenSaidAgainEveryTenSeconds() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll, this.time)) {
            log.began(this.reservation);
            this.time.pass(TEN_SECONDS);
            assertThat(saidAgain(log, 1)).isEmpty();
            this.time.pass(Duration.ofNanos(1));
            await(() -> saidAgain().size() == 1);
            this.time.pass(TEN_SECONDS);
            assertThat(saidAgain(log, 2)).hasSize(1);
            this.time.pass(Duration.ofNanos(1));
            assertThat(saidAgain(log, 3)).hasSize(2).containsOnly(this.reservation);
            log.ended(this.reservation, DeliveryLog.Kind.LOST);
            this.time.pass(TEN_SECONDS.multipliedBy(2));
            assertThat(saidAgain(log, 4)).hasSize(2);
        }
    }

    @Test
    void beganWhenNothingElseHappensThenSaidAgain() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll, this.time)) {
            log.began(this.reservation);
            this.time.pass(TEN_SECONDS.plusNanos(1));
            await(() -> saidAgain().contains(this.reservation));
        }
    }

    @Test
    void beganWhenTheDeliveryIsNeverReportedThenForgottenAfterSixHours() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll, this.time)) {
            log.began(this.reservation);
            this.time.pass(Duration.ofHours(6));
            assertThat(saidAgain(log, 1)).hasSize(1);
            this.time.pass(Duration.ofNanos(1));
            assertThat(saidAgain(log, 2)).hasSize(1);
            this.time.pass(TEN_SECONDS.multipliedBy(2));
            assertThat(saidAgain(log, 3)).hasSize(1);
        }
    }

    @Test
    void beganWhenThereAreTooManyThenNoMoreAreSaidAgain() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll, this.time)) {
            for (int number = 0; number <= 10_000; number++) {
                log.began(reservation(number));
            }
            this.time.pass(TEN_SECONDS.multipliedBy(2));
            assertThat(saidAgain(log, 10_001)).hasSize(10_000).doesNotContain(reservation(10_000));
        }
    }

    @Test
    void knowsDeliveredWhenWrittenThenOfTheLastTwoHundred() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll, this.time)) {
            for (int number = 0; number < 200; number++) {
                log.ended(reservation(number), DeliveryLog.Kind.DELIVERED);
            }
            probe(log, 300);
            assertThat(log.knowsDelivered("token0")).isTrue();
            log.ended(reservation(200), DeliveryLog.Kind.DELIVERED);
            probe(log, 301);
            assertThat(log.knowsDelivered("token0")).isFalse();
            assertThat(log.knowsDelivered("token1")).isTrue();
        }
    }

    /** Waits for two writes, since the log forgets after the first. */
    private void probe(DeliveryLog log, int number) {
        for (Reservation probe : List.of(reservation(number), reservation(number + 1000))) {
            log.ended(probe, DeliveryLog.Kind.LOST);
            await(() -> this.written.contains(new DeliveryLog.Entry(probe, DeliveryLog.Kind.LOST)));
        }
    }

    /** Looks only after the log has looked, too. */
    private List<Reservation> saidAgain(DeliveryLog log, int number) {
        probe(log, 100_000 + number);
        return saidAgain();
    }

    private List<Reservation> saidAgain() {
        return this.written.stream()
            .filter((entry) -> entry.kind() == DeliveryLog.Kind.CONTINUES)
            .map(DeliveryLog.Entry::reservation)
            .toList();
    }

    private static void lose(DeliveryLog log, int first, int last) {
        for (int number = first; number <= last; number++) {
            log.ended(reservation(number), DeliveryLog.Kind.LOST);
        }
    }

    private static Reservation reservation(int number) {
        return new Reservation(TestClaims.key(number), "token" + number, false);
    }

    private static void await(Eventually.Condition condition) {
        Eventually.await("the log is written", condition);
    }

    /** Store whose first write lasts until it may proceed or is interrupted. */
    private static final class HaltedStore implements Consumer<List<DeliveryLog.Entry>> {

        private final CountDownLatch entered = new CountDownLatch(1);

        private final CountDownLatch proceed = new CountDownLatch(1);

        private final List<Integer> sizes = new CopyOnWriteArrayList<>();

        @Override
        public void accept(List<DeliveryLog.Entry> entries) {
            this.sizes.add(entries.size());
            this.entered.countDown();
            try {
                this.proceed.await();
            }
            catch (InterruptedException ex) {
                this.proceed.countDown();
            }
        }

        void halt(DeliveryLog log) {
            log.ended(reservation(0), DeliveryLog.Kind.LOST);
            await(() -> this.entered.getCount() == 0);
        }

        void proceed() {
            this.proceed.countDown();
        }

        int written() {
            return this.sizes.stream().mapToInt(Integer::intValue).sum();
        }

        List<Integer> sizes() {
            return List.copyOf(this.sizes);
        }

    }

}

package io.github.x402spring.ledger.memory;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLedgerContractTests;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class InMemoryExposureLedgerTests extends ExposureLedgerContractTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MutableClock clock = new MutableClock(NOW);

    private InMemoryExposureLedger ledger = new InMemoryExposureLedger(this.clock, 100);

    @Override
    protected void clear() {
        this.ledger = new InMemoryExposureLedger(this.clock, 100);
    }

    @Override
    protected void age(Duration time) {
        this.clock.advance(time);
    }

    @Override
    protected ExposureLedger instance(Duration lease) {
        return this.ledger;
    }

    @Override
    protected boolean leasesRunOut() {
        return false;
    }

    @Test
    void reserveWhenThereIsNoRoomThenRefusedUntilSomeoneIsForgotten() throws Exception {
        MutableClock clock = new MutableClock(NOW);
        InMemoryExposureLedger small = new InMemoryExposureLedger(clock, 2);
        reserve(small, of(ONCE, "a", BigInteger.ZERO));
        reserve(small, of(ONCE, "b", BigInteger.ZERO));
        assertThatExceptionOfType(LedgerException.class)
            .isThrownBy(() -> small.reserve(List.of(of(ONCE, "c", BigInteger.ZERO))));
        assertExceeded(small, of(ONCE, "a", BigInteger.ZERO));
        clock.advance(Duration.ofMinutes(62));
        reserve(small, of(ONCE, "c", BigInteger.ZERO));
    }

    @Test
    void reserveWhenTheLastRoomIsTakenThenNobodyIsForgottenForIt() throws Exception {
        MutableClock clock = new MutableClock(NOW);
        InMemoryExposureLedger small = new InMemoryExposureLedger(clock, 2);
        reserve(small, of(ONCE, "a", BigInteger.ZERO));
        Duration window = Duration.between(NOW, ONCE.end(ONCE.slot(NOW)));
        clock.advance(window.minusMillis(500));
        reserve(small, of(ONCE, "b", BigInteger.ZERO));
        clock.advance(Duration.ofMillis(500));
        reserve(small, of(ONCE, "c", BigInteger.ZERO));
        assertThatExceptionOfType(LedgerException.class)
            .isThrownBy(() -> small.reserve(List.of(of(ONCE, "d", BigInteger.ZERO))));
        assertExceeded(small, of(ONCE, "b", BigInteger.ZERO));
    }

    @Test
    void everyCallWhenItHasEndedThenOtherThreadsMayCall() throws Exception {
        ExposureResult.Reserved taken = reserve(this.ledger, of(THREE_PRICES, "a", BigInteger.ONE));
        assertThat(freeForOthers()).isTrue();
        this.ledger.hold(payment(1), taken);
        assertThat(freeForOthers()).isTrue();
        this.ledger.giveBack(taken);
        assertThat(freeForOthers()).isTrue();
        this.ledger.giveBack(payment(2));
        assertThat(freeForOthers()).isTrue();
    }

    private boolean freeForOthers() throws Exception {
        FutureTask<ExposureResult> other = new FutureTask<>(
                () -> this.ledger.reserve(List.of(of(THREE_PRICES, "b", BigInteger.ONE))));
        Thread.ofPlatform().daemon().start(other);
        return other.get(1, TimeUnit.MINUTES) instanceof ExposureResult.Reserved;
    }

    @Test
    void holdWhenThereIsNoRoomThenRefusedUntilWhatIsHeldNoLongerCounts() throws Exception {
        MutableClock clock = new MutableClock(NOW);
        InMemoryExposureLedger small = new InMemoryExposureLedger(clock, 2);
        ExposureResult.Reserved taken = reserve(small, of(THREE_PRICES, "a", BigInteger.ONE));
        small.hold(payment(1), taken);
        small.hold(payment(2), taken);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> small.hold(payment(3), taken));
        clock.advance(Duration.ofMinutes(61));
        small.hold(payment(3), taken);
    }

    @Test
    void reserveWhenTheWindowSlidesThenWhatIsOldestLeavesFirst() throws Exception {
        MutableClock clock = new MutableClock(NOW);
        InMemoryExposureLedger ledger = new InMemoryExposureLedger(clock, 10);
        BigInteger price = BigInteger.valueOf(10_000);
        reserve(ledger, of(THREE_PRICES, "a", price));
        clock.advance(Duration.ofMinutes(30));
        reserve(ledger, of(THREE_PRICES, "a", price.add(price)));
        clock.advance(Duration.ofMinutes(29));
        assertThat(ledger.reserve(List.of(of(THREE_PRICES, "a", price))))
            .isEqualTo(new ExposureResult.Exceeded("three-prices", Duration.ofMinutes(2)));
        assertThat(ledger.reserve(List.of(of(THREE_PRICES, "a", price.add(price)))))
            .isEqualTo(new ExposureResult.Exceeded("three-prices", Duration.ofMinutes(32)));
        clock.advance(Duration.ofMinutes(2));
        assertExceeded(ledger, of(THREE_PRICES, "a", price.add(price)));
        reserve(ledger, of(THREE_PRICES, "a", price));
    }

    @Test
    void endedWhenEndedThenUntilForgotten() throws Exception {
        MutableClock clock = new MutableClock(NOW);
        InMemoryTaskRegistry tasks = new InMemoryTaskRegistry(clock, Duration.ofDays(1), 1);
        assertThat(endedThenAnotherInstance(tasks, tasks, TaskKey.ofCaller("ann", "trip"))).contains(true);
        assertThat(tasks.ended(TaskKey.ofCaller("bob", "trip"))).isFalse();
        assertThat(tasks.ended(TaskKey.ofPayer("ann", "trip"))).isFalse();
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> tasks.end(TaskKey.ofCaller("bob", "trip")));
        clock.advance(Duration.ofDays(1));
        assertThat(tasks.ended(TaskKey.ofCaller("ann", "trip"))).isFalse();
        tasks.end(TaskKey.ofCaller("bob", "trip"));
    }

}

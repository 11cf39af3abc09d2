package io.github.x402spring.ledger.memory;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.ResponseStoreContractTests;
import io.github.x402spring.ledger.TestClaims;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class InMemoryResponseStoreTests extends ResponseStoreContractTests {

    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(1);

    private static final int OVERHEAD = 512;

    private static final int ROOM = 10_000;

    private final MutableClock clock = new MutableClock(TestClaims.NOW);

    private final InMemoryResponseStore store = new InMemoryResponseStore(this.clock, TIME_TO_LIVE, ROOM);

    @Override
    protected ResponseStore createStore(Duration timeToLive) {
        return new InMemoryResponseStore(Clock.systemUTC(), timeToLive, 1_000_000);
    }

    @Test
    void keepWhenThereIsNoRoomThenTheOldestGo() {
        InMemoryResponseStore store = new InMemoryResponseStore(Clock.systemUTC(), Duration.ofMinutes(1), 10_000);
        for (int i = 0; i < 20; i++) {
            store.keep(key(i), new byte[1500]);
        }
        assertThat(store.find(key(14))).isEmpty();
        for (int i = 16; i < 20; i++) {
            assertThat(store.find(key(i))).isPresent();
        }
        store.keep(key(99), new byte[10_000]);
        assertThat(store.find(key(99))).isEmpty();
        assertThat(store.find(key(19))).isPresent();
    }

    @Test
    void keepWhenItJustFitsThenKept() {
        this.store.keep(key(1), new byte[ROOM - OVERHEAD]);
        assertThat(this.store.find(key(1))).isPresent();
        this.store.keep(key(2), new byte[ROOM - OVERHEAD + 1]);
        assertThat(this.store.find(key(2))).isEmpty();
        assertThat(this.store.find(key(1))).isPresent();
    }

    @Test
    void keepWhenAllJustFitThenNoneGoes() {
        keepHalves(1, 2);
        assertThat(this.store.find(key(1))).isPresent();
        assertThat(this.store.find(key(2))).isPresent();
        this.store.keep(key(3), new byte[0]);
        assertThat(this.store.find(key(1))).isEmpty();
        assertThat(this.store.find(key(2))).isPresent();
    }

    @Test
    void keepWhenThereIsOneThenItTakesItsRoomOnce() {
        keepHalves(1, 2, 2, 2);
        assertThat(this.store.find(key(1))).isPresent();
        assertThat(this.store.find(key(2))).isPresent();
    }

    @Test
    void forgetWhenKeptThenItsRoomIsFree() {
        keepHalves(0);
        this.store.forget(key(0));
        keepHalves(1, 2);
        assertThat(this.store.find(key(1))).isPresent();
        assertThat(this.store.find(key(2))).isPresent();
    }

    @Test
    void forgetExpiredWhenItsTimeIsOverThenItsRoomIsFreeAndItIsGoneForGood() {
        keepHalves(0);
        this.clock.advance(TIME_TO_LIVE);
        this.store.forgetExpired();
        keepHalves(1, 2);
        assertThat(this.store.find(key(1))).isPresent();
        this.clock.advance(TIME_TO_LIVE.negated());
        assertThat(this.store.find(key(0))).isEmpty();
    }

    @Test
    void forgetExpiredWhenItsTimeIsNotOverThenItStays() {
        keepHalves(0);
        this.clock.advance(TIME_TO_LIVE.minusNanos(1));
        this.store.forgetExpired();
        assertThat(this.store.find(key(0))).isPresent();
    }

    @Test
    void everyCallWhenItHasEndedThenOtherThreadsMayCall() throws Exception {
        for (Runnable call : List.<Runnable>of(() -> this.store.keep(key(1), new byte[1]),
                () -> this.store.find(key(1)), () -> this.store.forget(key(1)), this.store::forgetExpired)) {
            call.run();
            FutureTask<Boolean> other = new FutureTask<>(() -> this.store.find(key(9)).isEmpty());
            Thread.ofPlatform().daemon().start(other);
            assertThat(other.get(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private void keepHalves(int... numbers) {
        for (int number : numbers) {
            this.store.keep(key(number), new byte[ROOM / 2 - OVERHEAD]);
        }
    }

}

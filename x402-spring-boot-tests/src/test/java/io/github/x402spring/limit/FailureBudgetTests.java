package io.github.x402spring.limit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailureBudgetTests {

    private static final long WINDOW = 60_000;

    private final FailureBudget budget = new FailureBudget(3, Duration.ofMillis(WINDOW));

    @Test
    void blockedWhenAsManyFailedAsMayThenForAWindow() {
        fail("a", 2, 0);
        assertThat(this.budget.blocked("a", 0)).isZero();
        fail("a", 1, 1000);
        assertThat(this.budget.blocked("a", 1000)).isEqualTo(WINDOW);
        assertThat(this.budget.blocked("a", 1000 + WINDOW - 1)).isEqualTo(1);
        assertThat(this.budget.blocked("a", 1000 + WINDOW)).isZero();
        assertThat(this.budget.blocked("b", 1000)).isZero();
    }

    @Test
    void failedWhenBlockedThenProlongsNothing() {
        fail("a", 3, 0);
        fail("a", 30, WINDOW - 1);
        assertThat(this.budget.blocked("a", WINDOW)).isZero();
        fail("a", 2, WINDOW);
        assertThat(this.budget.blocked("a", WINDOW)).isZero();
    }

    @Test
    void failedWhenTheWindowPassedThenCountsAnew() {
        fail("a", 2, 0);
        fail("a", 2, WINDOW);
        assertThat(this.budget.blocked("a", WINDOW)).isZero();
        fail("a", 1, WINDOW);
        assertThat(this.budget.blocked("a", WINDOW)).isPositive();
    }

    @Test
    void failedWhenTheSamePaymentFailsAgainThenCountsOnce() {
        for (int i = 0; i < 50; i++) {
            this.budget.failed("a", 7L, 0);
        }
        assertThat(this.budget.blocked("a", 0)).isZero();
        this.budget.failed("a", 8L, 0);
        this.budget.failed("a", 9L, 0);
        assertThat(this.budget.blocked("a", 0)).isPositive();
    }

    @Test
    void failedForGoodWhenTheSamePaymentFailsAgainThenCountsOnceAndIsNotTakenBack() {
        for (int i = 0; i < 50; i++) {
            this.budget.failedForGood("a", 7, 0);
        }
        assertThat(this.budget.blocked("a", 0)).isZero();
        assertThat(this.budget.remembered()).isZero();
        this.budget.failedForGood("a", 8, 0);
        this.budget.failedForGood("a", 9, 0);
        this.budget.succeeded(7);
        assertThat(this.budget.blocked("a", 0)).isPositive();
        this.budget.failedForGood(null, 7, 0);
        assertThat(this.budget.size()).isOne();
    }

    @Test
    void succeededWhenItWasCountedThenTakesItBackAndTheBlockWithIt() {
        for (long payment = 1; payment <= 3; payment++) {
            this.budget.failed("a", payment, 0);
        }
        assertThat(this.budget.blocked("a", 0)).isPositive();
        this.budget.succeeded(2);
        assertThat(this.budget.blocked("a", 0)).isZero();
        this.budget.succeeded(2);
        this.budget.succeeded(99);
        this.budget.failed("a", 4L, 1);
        assertThat(this.budget.blocked("a", 1)).isPositive();
    }

    @Test
    void succeededWhenOthersCountedTooThenTheirBlockStays() {
        for (long payment = 1; payment <= 3; payment++) {
            this.budget.failed("a", payment, 0);
            this.budget.failed("b", payment + 10, 0);
        }
        this.budget.succeeded(1);
        assertThat(this.budget.blocked("a", 0)).isZero();
        assertThat(this.budget.blocked("b", 0)).isPositive();
    }

    @Test
    void succeededWhenUnblockedThenTheRestIsForgottenWithItsWindow() {
        for (long payment = 1; payment <= 3; payment++) {
            this.budget.failed("a", payment, 0);
        }
        this.budget.succeeded(1);
        fail("a", 2, WINDOW);
        assertThat(this.budget.blocked("a", WINDOW)).isZero();
    }

    @Test
    void failedWhenManyPaymentsOfOneFailThenWhatIsRememberedIsBounded() {
        FailureBudget wide = new FailureBudget(1_000_000, Duration.ofMillis(WINDOW));
        for (long payment = 0; payment < 3L * FailureBudget.MAX_ENTRIES; payment++) {
            wide.failed("a", payment, 0);
        }
        assertThat(wide.remembered()).isEqualTo(FailureBudget.MAX_ENTRIES);
    }

    @Test
    void failedWhenStrangersFillItThenForgetsNoBlockAndBlocksNobodyElse() {
        fail("blocked", 3, 0);
        for (int i = 0; i < 3 * FailureBudget.MAX_ENTRIES; i++) {
            fail("stranger " + i, 1, 1);
        }
        assertThat(this.budget.size()).isEqualTo(FailureBudget.MAX_ENTRIES + 1);
        assertThat(this.budget.blocked("blocked", 1)).isPositive();
        assertThat(this.budget.blocked("honest", 1)).isZero();
        fail("newest", 3, 1);
        assertThat(this.budget.blocked("newest", 1)).isPositive();
    }

    @Test
    void failedWhenAsManyAsCanBeAreBlockedThenKeepsTheFirstAndBlocksNobodyElse() {
        for (int i = 0; i < 2 * FailureBudget.MAX_ENTRIES; i++) {
            fail("stranger " + i, 3, 0);
        }
        assertThat(this.budget.blocked("stranger 0", 1)).isPositive();
        assertThat(this.budget.blocked("stranger " + (FailureBudget.MAX_ENTRIES - 1), 1)).isPositive();
        assertThat(this.budget.blocked("stranger " + FailureBudget.MAX_ENTRIES, 1)).isZero();
        assertThat(this.budget.blocked("stranger " + (2 * FailureBudget.MAX_ENTRIES - 1), 1)).isZero();
        assertThat(this.budget.blocked("honest", 1)).isZero();
        assertThat(this.budget.size()).isLessThanOrEqualTo(2 * FailureBudget.MAX_ENTRIES);
        fail("late", 3, WINDOW);
        assertThat(this.budget.blocked("late", WINDOW)).isPositive();
        assertThat(this.budget.size()).isEqualTo(1);
    }

    @Test
    void failedWhenThereIsNoLimitOrNobodyThenRemembersNothing() {
        FailureBudget unlimited = new FailureBudget(0, Duration.ofMillis(WINDOW));
        unlimited.failed("a", null, 0);
        this.budget.failed(null, null, 0);
        assertThat(unlimited.size()).isZero();
        assertThat(this.budget.size()).isZero();
        assertThat(this.budget.blocked(null, 0)).isZero();
    }

    @Test
    void limitedWhenThereIsALimitThenYes() {
        assertThat(this.budget.limited()).isTrue();
        assertThat(new FailureBudget(0, Duration.ofMillis(WINDOW)).limited()).isFalse();
    }

    @Test
    void blocksAnyWhenOneIsBlockedThenUntilItsWindowIsOver() {
        assertThat(this.budget.blocksAny()).isFalse();
        fail("a", 3, 0);
        assertThat(this.budget.blocksAny()).isTrue();
        fail("b", 1, WINDOW);
        assertThat(this.budget.blocksAny()).isFalse();
    }

    @Test
    void tryFailWhenThereIsRoomThenCountedUntilItIsTakenBack() {
        assertThat(this.budget.tryFail("a", 1, 0)).isTrue();
        assertThat(this.budget.tryFail("a", 2, 0)).isTrue();
        assertThat(this.budget.tryFail("a", 3, 0)).isTrue();
        assertThat(this.budget.tryFail("a", 4, 0)).isFalse();
        assertThat(this.budget.tryFail("b", 5, 0)).isTrue();
        this.budget.succeeded(2);
        assertThat(this.budget.tryFail("a", 6, 0)).isTrue();
        assertThat(this.budget.tryFail("a", 7, 0)).isFalse();
        assertThat(this.budget.tryFail("a", 8, WINDOW)).isTrue();
    }

    @Test
    void failedWhenUnblockedAndTheWindowHasJustEndedThenCountsAnew() {
        for (long payment = 1; payment <= 3; payment++) {
            this.budget.failed("a", payment, 0);
        }
        fail("b", 1, 10);
        this.budget.succeeded(1);
        fail("a", 1, WINDOW);
        assertThat(this.budget.blocked("a", WINDOW)).isZero();
    }

    @Test
    void succeededWhenAsManyAsMayStillCountThenTheBlockStays() {
        for (int i = 0; i < FailureBudget.MAX_ENTRIES; i++) {
            fail("stranger " + i, 3, 0);
        }
        for (long payment = 1; payment <= 3; payment++) {
            this.budget.failed("a", payment, 1);
        }
        assertThat(this.budget.blocked("a", 1)).isZero();
        this.budget.failed("a", 4L, WINDOW);
        assertThat(this.budget.blocked("a", WINDOW)).isPositive();
        this.budget.succeeded(4);
        assertThat(this.budget.blocked("a", WINDOW)).isPositive();
        this.budget.succeeded(3);
        assertThat(this.budget.blocked("a", WINDOW)).isZero();
    }

    @Test
    void succeededWhenThereIsNoRoomThenTheOldestFailureLeaves() {
        for (long payment = 1; payment <= 3; payment++) {
            this.budget.failed("a", payment, 0);
        }
        for (int i = 0; i < FailureBudget.MAX_ENTRIES; i++) {
            fail("stranger " + i, 1, 0);
        }
        this.budget.succeeded(1);
        assertThat(this.budget.size()).isEqualTo(FailureBudget.MAX_ENTRIES);
    }

    @Test
    void failedWhenMorePaymentsFailThanAreRememberedThenTheRestCountsEachTime() {
        FailureBudget wide = new FailureBudget(102, Duration.ofMillis(WINDOW));
        for (long payment = 0; payment < 100; payment++) {
            wide.failed("a", payment, 0);
            wide.failed("a", payment, 0);
        }
        wide.failed("a", 100L, 0);
        assertThat(wide.blocked("a", 0)).isZero();
        wide.failed("a", 100L, 0);
        assertThat(wide.blocked("a", 0)).isPositive();
    }

    @Test
    void everyCallWhenItHasEndedThenOtherThreadsMayCall() throws Exception {
        fail("blocked", 3, 0);
        for (Runnable call : List.<Runnable>of(() -> this.budget.blocked("blocked", 0), () -> fail("a", 1, 0),
                () -> this.budget.tryFail("b", 7, 0), () -> this.budget.succeeded(7), () -> this.budget.succeeded(8))) {
            call.run();
            FutureTask<Long> other = new FutureTask<>(() -> this.budget.blocked("blocked", 0));
            Thread.ofPlatform().daemon().start(other);
            assertThat(other.get(1, TimeUnit.MINUTES)).isPositive();
        }
    }

    private void fail(String who, int times, long now) {
        for (int i = 0; i < times; i++) {
            this.budget.failed(who, null, now);
        }
    }

}

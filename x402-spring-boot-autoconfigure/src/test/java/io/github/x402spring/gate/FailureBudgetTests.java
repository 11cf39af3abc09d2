package io.github.x402spring.gate;

import java.time.Duration;

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

    private void fail(String who, int times, long now) {
        for (int i = 0; i < times; i++) {
            this.budget.failed(who, null, now);
        }
    }

}

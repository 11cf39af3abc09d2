package io.github.x402spring.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.springframework.util.Assert;

/**
 * Clock that a test moves: payments expire and windows pass without anything being waited
 * for. One that was made by {@link #create()} ticks as the system's clock does, and is
 * ahead of it by as much as it was moved; one that was made by {@link #at(Instant)}
 * stands still. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TestClock extends Clock {

    private final Clock base;

    private final AtomicReference<Duration> ahead;

    private final ZoneId zone;

    private TestClock(Clock base, AtomicReference<Duration> ahead, ZoneId zone) {
        this.base = base;
        this.ahead = ahead;
        this.zone = zone;
    }

    /**
     * Creates a clock that shows the time of the system, and ticks.
     * @return a new clock
     */
    public static TestClock create() {
        return new TestClock(Clock.systemUTC(), new AtomicReference<>(Duration.ZERO), ZoneOffset.UTC);
    }

    /**
     * Creates a clock that shows a time until it is moved.
     * @param time the time
     * @return a new clock
     */
    public static TestClock at(Instant time) {
        Assert.notNull(time, "'time' must not be null");
        return new TestClock(Clock.fixed(time, ZoneOffset.UTC), new AtomicReference<>(Duration.ZERO), ZoneOffset.UTC);
    }

    /**
     * Moves the clock forward.
     * @param duration the time that passes; zero or more
     */
    public void advance(Duration duration) {
        Assert.isTrue(!duration.isNegative(), "'duration' must not be negative; use setTo for times that lie before");
        this.ahead.updateAndGet((before) -> before.plus(duration));
    }

    /**
     * Sets the clock. Setting it back is what a clock of an operator does at worst:
     * limits and windows then behave as they do there.
     * @param time the time to show
     */
    public void setTo(Instant time) {
        this.ahead.set(Duration.between(this.base.instant(), time));
    }

    @Override
    public Instant instant() {
        return this.base.instant().plus(Objects.requireNonNull(this.ahead.get()));
    }

    @Override
    public ZoneId getZone() {
        return this.zone;
    }

    /**
     * Returns the same clock in another zone: moving one moves both.
     */
    @Override
    public Clock withZone(ZoneId zone) {
        return new TestClock(this.base, this.ahead, zone);
    }

    @Override
    public String toString() {
        return "TestClock[" + instant() + "]";
    }

}

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
 * Clock that stands still until a test moves it: payments expire and windows slide
 * without waiting. Its zone is UTC. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TestClock extends Clock {

    private final AtomicReference<Instant> now;

    private final ZoneId zone;

    private TestClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /**
     * Creates a clock that shows a time.
     * @param time the time
     * @return a new clock
     */
    public static TestClock at(Instant time) {
        Assert.notNull(time, "'time' must not be null");
        return new TestClock(new AtomicReference<>(time), ZoneOffset.UTC);
    }

    /**
     * Creates a clock that shows the present time, in whole seconds.
     * @return a new clock
     */
    public static TestClock now() {
        return at(Instant.ofEpochSecond(Instant.now().getEpochSecond()));
    }

    /**
     * Moves the clock forward, or back by a negative duration.
     * @param duration how far
     */
    public void advance(Duration duration) {
        this.now.updateAndGet((time) -> time.plus(duration));
    }

    /**
     * Sets the time.
     * @param time the time
     */
    public void set(Instant time) {
        Assert.notNull(time, "'time' must not be null");
        this.now.set(time);
    }

    @Override
    public Instant instant() {
        return Objects.requireNonNull(this.now.get());
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
        return new TestClock(this.now, zone);
    }

    @Override
    public String toString() {
        return "TestClock[" + this.now + "]";
    }

}

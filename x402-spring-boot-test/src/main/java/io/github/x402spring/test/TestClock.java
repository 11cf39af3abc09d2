package io.github.x402spring.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

import org.springframework.util.Assert;

/**
 * Clock that a test moves: payments expire and windows pass without anything being waited
 * for. It ticks as the system's clock does, and is ahead of it by as much as it was
 * moved.
 * <p>
 * With {@code @AutoConfigureX402} it is the clock of the application, unless the
 * application or the test declares a {@code Clock} of its own. Between two tests it is
 * moved by ten minutes, so that what one of them did too often does not count in the
 * next; it is never set back by itself. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TestClock extends Clock {

    private final AtomicReference<Duration> ahead;

    private final ZoneId zone;

    private TestClock(AtomicReference<Duration> ahead, ZoneId zone) {
        this.ahead = ahead;
        this.zone = zone;
    }

    /**
     * Creates a clock that shows the time of the system.
     * @return a new clock
     */
    public static TestClock create() {
        return new TestClock(new AtomicReference<>(Duration.ZERO), ZoneOffset.UTC);
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
     * Sets the clock, which ticks on from there. Setting it back is what a clock of an
     * operator does at worst: limits and windows then behave as they do there.
     * @param instant the time to show
     */
    public void setTo(Instant instant) {
        this.ahead.set(Duration.between(systemTime(), instant));
    }

    @Override
    public Instant instant() {
        return systemTime().plus(this.ahead.get());
    }

    private static Instant systemTime() {
        return Clock.systemUTC().instant();
    }

    @Override
    public ZoneId getZone() {
        return this.zone;
    }

    /**
     * Returns this clock in another zone. Both are moved together.
     */
    @Override
    public Clock withZone(ZoneId zone) {
        return zone.equals(this.zone) ? this : new TestClock(this.ahead, zone);
    }

    @Override
    public String toString() {
        return "TestClock[" + instant() + "]";
    }

}

package io.github.x402spring.benchmarks.load;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Clock that runs thirty times as fast as real time, so that payments are forgotten within ten minutes of load, which takes more than ten minutes of the ledger's time.
 */
final class FastClock extends Clock {

    static final int FACTOR = 30;

    private final Instant start;

    FastClock(Instant start) {
        this.start = start;
    }

    @Override
    public Instant instant() {
        return this.start.plus(Duration.between(this.start, Instant.now()).multipliedBy(FACTOR));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

}

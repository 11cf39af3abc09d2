package io.github.x402spring.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TestClockTests {

    private static final Instant TIME = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void instantWhenNothingMovesItThenStandsStill() {
        TestClock clock = TestClock.now();
        assertThat(clock.instant()).isEqualTo(clock.instant());
        assertThat(clock.instant().getNano()).isZero();
    }

    @Test
    void advanceWhenMovedThenEveryZoneIs() {
        TestClock clock = TestClock.at(TIME);
        Clock elsewhere = clock.withZone(ZoneId.of("Asia/Tokyo"));
        clock.advance(Duration.ofHours(1));
        assertThat(elsewhere.instant()).isEqualTo(TIME.plusSeconds(3600));
        assertThat(elsewhere.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        clock.set(TIME);
        assertThat(elsewhere.instant()).isEqualTo(TIME);
    }

}

package io.github.x402spring.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TestClockTests {

    private static final Instant TIME = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void advanceWhenMadeToStandStillThenMovesByThatMuchInEveryZone() {
        TestClock clock = TestClock.at(TIME);
        Clock elsewhere = clock.withZone(ZoneId.of("Asia/Tokyo"));
        assertThat(elsewhere.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        clock.advance(Duration.ofHours(1));
        assertThat(elsewhere.instant()).isEqualTo(clock.instant()).isEqualTo(TIME.plusSeconds(3600));
        clock.setTo(TIME);
        assertThat(elsewhere.instant()).isEqualTo(TIME);
        assertThat(clock).hasToString("TestClock[2030-01-01T00:00:00Z]");
    }

    @Test
    void advanceWhenMadeToTickThenAheadOfTheSystem() {
        TestClock clock = TestClock.create();
        assertThat(Clock.systemUTC().instant()).isAfterOrEqualTo(clock.instant().minusMillis(1));
        clock.advance(Duration.ofDays(1));
        assertThat(clock.instant()).isAfter(Clock.systemUTC().instant().plus(Duration.ofHours(23)));
        clock.setTo(TIME);
        assertThat(clock.instant()).isAfterOrEqualTo(TIME);
    }

    @Test
    void advanceWhenNegativeThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> TestClock.at(TIME).advance(Duration.ofSeconds(-1)))
            .withMessageContaining("setTo");
    }

}

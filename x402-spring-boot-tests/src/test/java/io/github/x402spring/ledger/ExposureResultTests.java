package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ExposureResultTests {

    private static final Exposure FIRST = exposure("first", "b");

    private static final Exposure SECOND = exposure("second", "a");

    private static final Exposure THIRD = exposure("second", "b");

    @Test
    void createWhenExposuresComeInAnyOrderThenAllLockInTheSame() {
        assertThat(reservation(THIRD, SECOND, FIRST).exposures()).containsExactly(FIRST, SECOND, THIRD);
        assertThat(reservation(SECOND, FIRST, THIRD)).isEqualTo(reservation(THIRD, SECOND, FIRST));
    }

    @Test
    void commitWhenCalledThenEverythingElseStays() {
        ExposureResult.Reserved reservation = reservation(FIRST, SECOND);
        assertThat(reservation.commit())
            .isEqualTo(new ExposureResult.Reserved("token", List.of(FIRST, SECOND), Instant.EPOCH, true));
        assertThat(reservation.committed()).isFalse();
    }

    private static ExposureResult.Reserved reservation(Exposure... exposures) {
        return new ExposureResult.Reserved("token", List.of(exposures), Instant.EPOCH, false);
    }

    private static Exposure exposure(String limit, String subject) {
        return new Exposure(new ExposureLimit(limit, null, 1L, Duration.ofHours(1)), subject, BigInteger.ZERO);
    }

}

package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class ExposureTests {

    private static final ExposureLimit HUNDRED = new ExposureLimit("hundred", BigInteger.valueOf(100), null,
            Duration.ofHours(1));

    private static final ExposureLimit COUNT = new ExposureLimit("count", null, 1L, Duration.ofHours(1));

    @ParameterizedTest
    @ValueSource(longs = { 0, 1, 100 })
    void createWhenTheLimitHasRoomForItThenAsGiven(long amount) {
        assertThat(new Exposure(HUNDRED, "a", BigInteger.valueOf(amount)).amount()).isEqualTo(amount);
    }

    @ParameterizedTest
    @ValueSource(longs = { -1, 101 })
    void createWhenNegativeOrMoreThanTheLimitThenRefused(long amount) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Exposure(HUNDRED, "a", BigInteger.valueOf(amount)));
    }

    @Test
    void createWhenAmountsDoNotCountThenOnlyNegativeOnesAreRefused() {
        assertThat(new Exposure(COUNT, "a", BigInteger.TWO.pow(255)).amount()).isPositive();
        assertThatIllegalArgumentException().isThrownBy(() -> new Exposure(COUNT, "a", BigInteger.ONE.negate()));
    }

    @Test
    void orderWhenSortedThenByLimitAndThenBySubject() {
        List<Exposure> sorted = Stream.of(of(HUNDRED, "b"), of(COUNT, "b"), of(HUNDRED, "a"), of(COUNT, "a"))
            .sorted(Exposure.ORDER)
            .toList();
        assertThat(sorted).containsExactly(of(COUNT, "a"), of(COUNT, "b"), of(HUNDRED, "a"), of(HUNDRED, "b"));
    }

    private static Exposure of(ExposureLimit limit, String subject) {
        return new Exposure(limit, subject, BigInteger.ONE);
    }

}

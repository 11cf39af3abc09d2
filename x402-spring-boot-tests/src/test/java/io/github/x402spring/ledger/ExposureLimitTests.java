package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.ledger.ExposureLimit.Exposed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class ExposureLimitTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static final Instant NOW = Instant.ofEpochSecond(1000);

    private final ExposureLimit ten = limit(10, null, MINUTE);

    private final NavigableMap<Long, Exposed> slots = new TreeMap<>();

    @ParameterizedTest
    @CsvSource({ "1, , PT1S", "1000000000000000, , P3660D", ", 1, PT1S", ", 1000000000000, PT1S", "1, 1, PT1S" })
    void createWhenJustWithinTheBoundsThenAsGiven(@Nullable BigInteger maxAmount, @Nullable Long maxCount,
            Duration window) {
        ExposureLimit limit = new ExposureLimit("a", maxAmount, maxCount, window);
        assertThat(limit.maxAmount()).isEqualTo(maxAmount);
        assertThat(limit.maxCount()).isEqualTo(maxCount);
        assertThat(limit.window()).isEqualTo(window);
    }

    @ParameterizedTest
    @CsvSource({ ", , PT1S, maxAmount", "0, , PT1S, maxAmount", "-1, , PT1S, maxAmount",
            "1000000000000001, , PT1S, maxAmount", ", 0, PT1S, maxCount", ", -1, PT1S, maxCount",
            ", 1000000000001, PT1S, maxCount", "1, 0, PT1S, maxCount", "0, 1, PT1S, maxAmount", "1, , PT0.999S, window",
            "1, , PT-1H, window", "1, , PT87840H0.001S, window" })
    void createWhenJustOutsideThenSaysWhichIs(@Nullable BigInteger maxAmount, @Nullable Long maxCount, Duration window,
            String named) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ExposureLimit("a", maxAmount, maxCount, window))
            .withMessageContaining("'" + named + "'");
    }

    @ParameterizedTest
    @CsvSource({ "PT1S, 17", "PT1.02S, 17", "PT1.021S, 18", "PT1M, 1000", "PT1H, 60000", "P1D, 1440000" })
    void slotMillisWhenTheWindowIsNoMultipleThenRoundsUpSoThatAPaymentCountsLongEnough(Duration window, long millis) {
        assertThat(limit(10, null, window).slotMillis()).isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource({ "0, 0", "999, 0", "1000, 1", "-1, -1", "-1000, -1", "-1001, -2" })
    void slotWhenTimesFollowEachOtherThenSlotsDo(long millis, long slot) {
        assertThat(this.ten.slot(Instant.ofEpochMilli(millis))).isEqualTo(slot);
    }

    @Test
    void endWhenAPaymentIsMadeThenAfterTheWindowAndASlotAtMost() {
        assertThat(this.ten.end(1000)).isEqualTo(NOW.plusSeconds(61));
    }

    @Test
    void waitWhenNothingWasSpentThenNone() {
        assertThat(untilFits(10)).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "4, true", "5, false" })
    void waitWhenTheAmountJustFitsThenNone(long amount, boolean fits) {
        spent(1000, 6, 1);
        assertThat(untilFits(amount) == null).isEqualTo(fits);
    }

    @Test
    void waitWhenTheNumberJustFitsThenNone() {
        spent(950, 0, 1);
        assertThat(limit(null, 2L, MINUTE).wait(this.slots, BigInteger.ZERO, NOW)).isEmpty();
        spent(960, 0, 1);
        assertThat(limit(null, 2L, MINUTE).wait(this.slots, BigInteger.ZERO, NOW)).contains(Duration.ofSeconds(11));
    }

    @Test
    void waitWhenASlotIsOverThenItNoLongerCounts() {
        spent(940, 10, 1);
        assertThat(this.ten.wait(this.slots, BigInteger.ONE, NOW.plusMillis(999))).isPresent();
        assertThat(this.ten.wait(this.slots, BigInteger.ONE, NOW.plusMillis(1000))).isEmpty();
    }

    @Test
    void waitWhenAPaymentWasMadeAtTheEndOfASlotThenCountsForTheWholeWindow() {
        Instant paid = NOW.plusMillis(999);
        spent(this.ten.slot(paid), 10, 1);
        assertThat(this.ten.wait(this.slots, BigInteger.ONE, paid.plus(MINUTE))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({ "5, PT2S", "6, PT11S", "7, PT11S", "8, PT61S", "10, PT61S" })
    void waitWhenSeveralSlotsCountThenUntilEnoughOfTheOldestAreOver(long amount, Duration wait) {
        spent(941, 5, 1);
        spent(950, 2, 1);
        spent(1000, 3, 1);
        assertThat(untilFits(amount)).isEqualTo(wait);
    }

    @Test
    void waitWhenTheSlotIsHalfOverThenTheRestOfItOnly() {
        spent(941, 10, 1);
        assertThat(this.ten.wait(this.slots, BigInteger.ONE, NOW.plusMillis(250))).contains(Duration.ofMillis(1750));
    }

    @Test
    void waitWhenBothAreLimitedThenUntilBothFit() {
        ExposureLimit both = limit(10, 2L, MINUTE);
        spent(945, 1, 1);
        spent(955, 8, 1);
        assertThat(both.wait(this.slots, BigInteger.ONE, NOW)).contains(Duration.ofSeconds(6));
        assertThat(both.wait(this.slots, BigInteger.valueOf(3), NOW)).contains(Duration.ofSeconds(16));
    }

    @Test
    void waitWhenNoWaitingHelpsThenTheWindow() {
        spent(1000, 1, 1);
        assertThat(untilFits(11)).isEqualTo(MINUTE);
    }

    @Test
    void waitWhenClocksAreSetBackThenWhatWasSpentLaterCounts() {
        spent(1005, 10, 1);
        assertThat(untilFits(1)).isEqualTo(Duration.ofSeconds(66));
    }

    @ParameterizedTest
    @CsvSource({ "9, false", "10, false", "11, true" })
    void forbidsWhenOnePaymentIsMoreThanAllThenYes(long amount, boolean forbidden) {
        assertThat(this.ten.forbids(BigInteger.valueOf(amount))).isEqualTo(forbidden);
        assertThat(limit(null, 1L, MINUTE).forbids(BigInteger.valueOf(amount))).isFalse();
    }

    @Test
    void exposedWhenAddedAndSubtractedThenBothAmountAndNumber() {
        Exposed sum = new Exposed(BigInteger.TEN, 3).plus(new Exposed(BigInteger.ONE, 2));
        assertThat(sum).isEqualTo(new Exposed(BigInteger.valueOf(11), 5));
        assertThat(sum.minus(new Exposed(BigInteger.TEN, 1))).isEqualTo(new Exposed(BigInteger.ONE, 4));
    }

    private void spent(long slot, long amount, long count) {
        this.slots.put(slot, new Exposed(BigInteger.valueOf(amount), count));
    }

    private @Nullable Duration untilFits(long amount) {
        return this.ten.wait(this.slots, BigInteger.valueOf(amount), NOW).orElse(null);
    }

    private static ExposureLimit limit(@Nullable Integer maxAmount, @Nullable Long maxCount, Duration window) {
        return new ExposureLimit("a", (maxAmount != null) ? BigInteger.valueOf(maxAmount) : null, maxCount, window);
    }

}

package io.github.x402spring.autoconfigure.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties.Limit;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.limit.ExposureRule;
import io.github.x402spring.limit.ExposureRule.Per;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class LimitRulesTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private static final Duration RETENTION = Duration.ofDays(90);

    @Test
    void buildWhenALimitIsWholeThenIsTheRule() {
        Limit limit = new Limit("daily", Per.PAYER, List.of("report"), List.of("data"), "$10", 5L, HOUR);
        assertThat(build(limit))
            .containsExactly(new ExposureRule(new ExposureLimit("daily", BigInteger.valueOf(10_000_000), 5L, HOUR),
                    Per.PAYER, Set.of("report"), Set.of("data")));
    }

    @ParameterizedTest
    @CsvSource({ "$10,10000000", "10,10000000", "0.01,10000", "$0.000001,1", "1.50 USD,1500000",
            "$1000000000,1000000000000000" })
    void amountWhenInDollarsThenIsExactInMillionths(String text, BigInteger amount) {
        assertThat(build(limit("a", Per.PAYER, text, null, HOUR)).get(0).limit().maxAmount()).isEqualTo(amount);
    }

    @ParameterizedTest
    @ValueSource(strings = { "$0", "-1", "", " ", "ten", "$0.0000001", "$1.0000001", "1000000001", "10 EURC", "1e3",
            "$1,000" })
    void amountWhenItCannotBeKeptExactlyThenRefused(String text) {
        assertFails("Limit 'a' cannot be used", "x402.limits[0].max-amount", limit("a", Per.PAYER, text, null, HOUR));
    }

    @ParameterizedTest
    @ValueSource(longs = { Long.MIN_VALUE, -1, 0, ExposureLimit.LARGEST_COUNT + 1 })
    void countWhenOutOfRangeThenRefused(long count) {
        assertFails("Limit 'a' cannot be used", "x402.limits[0].max-count", limit("a", Per.PAYER, null, count, HOUR));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "", "a b", "-a", "a_b", "a.b", "ä" })
    void nameWhenItHasOtherThanLettersDigitsAndDashesThenRefused(String name) {
        assertFails("A limit has no name", "x402.limits[0].name", limit(name, Per.PAYER, null, 1L, HOUR));
    }

    @Test
    void nameWhenLongThenUpToSixtyFour() {
        assertThat(build(limit("a".repeat(64), Per.PAYER, null, 1L, HOUR))).hasSize(1);
        assertFails("A limit has no name", "x402.limits[0].name", limit("a".repeat(65), Per.PAYER, null, 1L, HOUR));
    }

    @Test
    void nameWhenThereTwiceThenNamesTheSecond() {
        assertFails("Two limits are called 'a'", "x402.limits[1].name", limit("a", Per.PAYER, null, 1L, HOUR),
                limit("a", Per.IDENTITY, null, 2L, HOUR));
    }

    @Test
    void buildWhenNothingIsCountedTogetherThenRefused() {
        assertFails("does not say what it counts together", "x402.limits[0].per", limit("a", null, null, 1L, HOUR));
    }

    @Test
    void buildWhenNothingIsLimitedThenRefused() {
        assertFails("Limit 'a' limits nothing", "x402.limits[0].max-amount", limit("a", Per.PAYER, null, null, HOUR));
    }

    @Test
    void tagWhenItIsCountedByThenOnlyTagsAreCovered() {
        assertThat(build(new Limit("a", Per.TAG, List.of(), List.of("data"), null, 1L, HOUR))).hasSize(1);
        assertFails("counts by tag", "x402.limits[0].tags", limit("a", Per.TAG, null, 1L, HOUR));
        assertFails("counts by tag", "x402.limits[0].endpoints",
                new Limit("a", Per.TAG, List.of("report"), List.of("data"), null, 1L, HOUR));
    }

    @Test
    void windowWhenCountedByTaskThenIsAsLongAsTheTaskIsRemembered() {
        assertThat(build(limit("a", Per.TASK, null, 1L, null)).get(0).limit().window()).isEqualTo(RETENTION);
        assertFails("has a window", "x402.limits[0].window", limit("a", Per.TASK, null, 1L, HOUR));
    }

    @Test
    void windowWhenThereIsNoneThenRefused() {
        assertFails("does not say for how long", "x402.limits[0].window", limit("a", Per.PAYER, null, 1L, null));
    }

    @ParameterizedTest
    @CsvSource({ "PT0S", "PT0.999S", "PT-1H", "P3661D" })
    void windowWhenOutOfRangeThenRefused(Duration window) {
        assertFails("Limit 'a' cannot be used", "x402.limits[0].window", limit("a", Per.PAYER, null, 1L, window));
    }

    @ParameterizedTest
    @CsvSource({ "PT59M59S,false", "PT1H,true", "P3660D,true", "P3661D,false" })
    void retentionWhenOutOfRangeThenRefused(Duration retention, boolean taken) {
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> LimitRules.build(List.of(), retention));
        assertThat(failure == null).isEqualTo(taken);
    }

    private static Limit limit(@Nullable String name, @Nullable Per per, @Nullable String amount, @Nullable Long count,
            @Nullable Duration window) {
        return new Limit(name, per, List.of(), List.of(), amount, count, window);
    }

    private static List<ExposureRule> build(Limit... limits) {
        return LimitRules.build(List.of(limits), RETENTION);
    }

    private static void assertFails(String problem, String remedy, Limit... limits) {
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> build(limits));
        assertThat(failure).hasMessageContaining(problem);
        assertThat(failure.action()).contains(remedy);
    }

}

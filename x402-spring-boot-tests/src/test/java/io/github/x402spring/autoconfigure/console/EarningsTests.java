package io.github.x402spring.autoconfigure.console;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.autoconfigure.console.BarChart.Bar;
import io.github.x402spring.autoconfigure.console.Earnings.Window;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.HourlyTotals.Snapshot;
import io.github.x402spring.ledger.history.PaymentTotal;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class EarningsTests {

    private static final Instant NOW = Instant.parse("2026-11-21T10:30:00Z");

    private static final Instant HOUR = Instant.parse("2026-11-21T10:00:00Z");

    private static final Network BASE = Network.parse("base");

    private final NavigableMap<Instant, List<PaymentTotal>> hours = new TreeMap<>();

    @Test
    void ofWhenNothingWasEarnedThenThereIsNone() {
        this.hours.put(HOUR,
                List.of(total("report", PaymentState.UNKNOWN, 7), total("report", PaymentState.RESERVED, 8)));
        assertThat(of(Window.DAY)).isEmpty();
    }

    @Test
    void ofWhenSomeIsNotSettledThenIsNotEarned() {
        this.hours.put(HOUR,
                List.of(total("report", PaymentState.SETTLED, 5), total("report", PaymentState.UNKNOWN, 7)));
        assertThat(of(Window.DAY)).singleElement().extracting(Earnings::total).isEqualTo(BigInteger.valueOf(5));
    }

    @ParameterizedTest
    @CsvSource({ "DAY,24,11:00,10:00", "WEEK,7,11-15,11-21", "MONTH,30,10-23,11-21" })
    void ofWhenAWindowIsChosenThenHasABarForEachOfItsParts(Window window, int bars, String first, String last) {
        this.hours.put(HOUR, List.of(total("report", PaymentState.SETTLED, 5)));
        assertThat(of(window).get(0).bars()).hasSize(bars)
            .satisfies((all) -> assertThat(all.get(0).label()).isEqualTo(first))
            .satisfies((all) -> assertThat(all.get(bars - 1)).isEqualTo(new Bar(last, List.of(BigInteger.valueOf(5)))));
    }

    @Test
    void ofWhenHoursAreOfTheSameDayThenAreOneBarOfTheWeek() {
        this.hours.put(Instant.parse("2026-11-20T00:00:00Z"), List.of(total("report", PaymentState.SETTLED, 1)));
        this.hours.put(Instant.parse("2026-11-20T23:00:00Z"), List.of(total("report", PaymentState.SETTLED, 2)));
        assertThat(of(Window.WEEK).get(0).bars()).filteredOn((bar) -> bar.total().signum() > 0)
            .containsExactly(new Bar("11-20", List.of(BigInteger.valueOf(3))));
    }

    @Test
    void ofWhenItWasEarnedBeforeTheWindowThenIsLeftOut() {
        this.hours.put(Window.DAY.from(NOW).minus(Duration.ofHours(1)),
                List.of(total("report", PaymentState.SETTLED, 100)));
        this.hours.put(Window.DAY.from(NOW), List.of(total("report", PaymentState.SETTLED, 1)));
        assertThat(of(Window.DAY)).singleElement().extracting(Earnings::total).isEqualTo(BigInteger.ONE);
    }

    @Test
    void ofWhenTokensDifferThenAreNeverAdded() {
        this.hours.put(HOUR,
                List.of(total("report", PaymentState.SETTLED, 5),
                        new PaymentTotal("report", BASE, "0xother", PaymentState.SETTLED, 1, BigInteger.TEN),
                        new PaymentTotal("report", Network.parse("polygon"), "0xusdc", PaymentState.SETTLED, 1,
                                BigInteger.TWO)));
        assertThat(of(Window.DAY)).extracting(Earnings::total)
            .containsExactlyInAnyOrder(BigInteger.valueOf(5), BigInteger.TEN, BigInteger.TWO);
    }

    @Test
    void ofWhenThereAreAsManyEndpointsAsColorsThenEachHasItsOwn() {
        earn(BarChart.MAX_SERIES);
        assertThat(of(Window.DAY).get(0).endpoints()).containsExactly("e6", "e5", "e4", "e3", "e2", "e1");
    }

    @Test
    void ofWhenThereAreMoreEndpointsThenThoseThatEarnedLeastAreTogetherAndNothingIsLost() {
        earn(BarChart.MAX_SERIES + 3);
        Earnings earnings = of(Window.DAY).get(0);
        assertThat(earnings.endpoints()).containsExactly("e9", "e8", "e7", "e6", "e5", "others");
        assertThat(earnings.bars().get(23).values()).last().isEqualTo(BigInteger.valueOf(1 + 2 + 3 + 4));
        assertThat(earnings.total()).isEqualTo(BigInteger.valueOf(45));
    }

    @ParameterizedTest
    @EnumSource
    void windowWhenNamedThenIsThatOne(Window window) {
        assertThat(Window.of(window.value())).isEqualTo(window);
    }

    @ParameterizedTest
    @CsvSource({ "''", "1y", "DAY", "'24h '" })
    void windowWhenNotNamedThenIsTheLastDay(String value) {
        assertThat(Window.of(value)).isEqualTo(Window.DAY);
    }

    private void earn(int endpoints) {
        this.hours.put(HOUR,
                IntStream.rangeClosed(1, endpoints).mapToObj((i) -> total("e" + i, PaymentState.SETTLED, i)).toList());
    }

    private static PaymentTotal total(String endpoint, PaymentState state, long amount) {
        return new PaymentTotal(endpoint, BASE, "0xusdc", state, 1, BigInteger.valueOf(amount));
    }

    private List<Earnings> of(Window window) {
        return Earnings.of(new Snapshot(NOW, this.hours, false), window, NOW);
    }

}

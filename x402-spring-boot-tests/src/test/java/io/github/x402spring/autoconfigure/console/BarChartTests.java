package io.github.x402spring.autoconfigure.console;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.autoconfigure.console.BarChart.Bar;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class BarChartTests {

    private static final Pattern HEIGHTS = Pattern.compile(" (?:y|height)=\"(-?[0-9]+)\"");

    private static final Pattern SHARES = Pattern.compile(" x=\"([0-9]+\\.[0-9]{2})%\" width=\"([0-9]+\\.[0-9]{2})%\"");

    private static final Pattern SCALE = Pattern.compile("<svg class=\"scale\" width=\"([0-9]+)\"");

    private final Html html = new Html();

    @Test
    void drawWhenThereAreBarsThenEachPartAndATextForEachBar() {
        String svg = draw(new Bar("10:00", List.of(BigInteger.valueOf(30), BigInteger.valueOf(10))),
                new Bar("11:00", List.of(BigInteger.ZERO, BigInteger.ZERO)));
        assertThat(svg).containsOnlyOnce("class=\"s1\"")
            .containsOnlyOnce("class=\"s2\"")
            .contains("<title>10:00: 40 from 2 endpoints</title>")
            .doesNotContain("<title>11:00")
            .contains("role=\"img\" aria-labelledby=\"a-title a-description\"");
    }

    @Test
    void drawWhenAmountsAreHugeThenStaysWithinThePicture() {
        BigInteger huge = BigInteger.TWO.pow(256);
        String svg = draw(new Bar("10:00", List.of(huge, huge)), new Bar("11:00", List.of(BigInteger.ONE, huge)));
        assertThat(HEIGHTS.matcher(svg).results().map((number) -> Integer.parseInt(number.group(1)))).isNotEmpty()
            .allSatisfy((number) -> assertThat(number).isBetween(0, 220));
        assertThat(SCALE.matcher(svg).results().map((width) -> Integer.parseInt(width.group(1)))).singleElement()
            .satisfies((width) -> assertThat(width).isLessThan(100));
        assertThat(svg).contains(">2.0E+77<");
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 7, 24, 30, 100 })
    void drawWhenThereAreManyBarsThenEachHasItsShareOfTheWidth(int bars) {
        String svg = draw(IntStream.range(0, bars)
            .mapToObj((i) -> new Bar("b" + i, List.of(BigInteger.ONE, BigInteger.ZERO)))
            .toArray(Bar[]::new));
        assertThat(SHARES.matcher(svg).results().toList()).hasSize(2 * bars).allSatisfy((share) -> {
            BigDecimal end = new BigDecimal(share.group(1)).add(new BigDecimal(share.group(2)));
            assertThat(end).isPositive().isLessThanOrEqualTo(BigDecimal.valueOf(100));
        });
        assertThat(svg.split("class=\"label\" x=\"[0-9.]+%\"")).hasSizeBetween(2, 5);
        assertThat(svg).doesNotContain("viewBox");
    }

    @Test
    void drawWhenNumbersAreOfAUsualLengthThenTheScaleHasThemInFull() {
        new BarChart(this.html, (amount) -> "0.00000" + amount).draw("a", "Title", "Description", List.of("x"),
                List.of(new Bar("10:00", List.of(BigInteger.valueOf(400)))));
        assertThat(this.html.document()).contains(">0.00000400<", ">0.000000<");
    }

    private String draw(Bar... bars) {
        new BarChart(this.html, BigInteger::toString).draw("a", "Title", "Description", List.of("x", "y"),
                List.of(bars));
        return this.html.document();
    }

}

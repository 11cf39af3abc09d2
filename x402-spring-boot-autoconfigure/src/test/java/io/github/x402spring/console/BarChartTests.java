package io.github.x402spring.console;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.console.BarChart.Bar;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class BarChartTests {

    private static final Pattern NUMBERS = Pattern.compile(" (?:x|y|width|height)=\"(-?[0-9]+)\"");

    private final Html html = new Html();

    @Test
    void drawWhenThereAreBarsThenEachPartAndATextForEachBar() {
        String svg = draw(new Bar("10:00", List.of(BigInteger.valueOf(30), BigInteger.valueOf(10))),
                new Bar("11:00", List.of(BigInteger.ZERO, BigInteger.ZERO)));
        assertThat(svg).containsOnlyOnce("class=\"s1\"")
            .containsOnlyOnce("class=\"s2\"")
            .contains("<title>10:00: 40 units from 2 endpoints</title>")
            .doesNotContain("<title>11:00")
            .contains("role=\"img\" aria-labelledby=\"a-title a-description\"");
    }

    @Test
    void drawWhenAmountsAreHugeThenStaysWithinThePicture() {
        BigInteger huge = BigInteger.TWO.pow(256);
        String svg = draw(new Bar("10:00", List.of(huge, huge)), new Bar("11:00", List.of(BigInteger.ONE, huge)));
        assertThat(NUMBERS.matcher(svg).results().map((number) -> Integer.parseInt(number.group(1)))).isNotEmpty()
            .allSatisfy((number) -> assertThat(number).isBetween(0, 760));
    }

    private String draw(Bar... bars) {
        new BarChart(this.html, (amount) -> amount + " units").draw("a", "Title", "Description", List.of("x", "y"),
                List.of(bars));
        return this.html.document();
    }

}

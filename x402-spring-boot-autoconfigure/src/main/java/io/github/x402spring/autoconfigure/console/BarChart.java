package io.github.x402spring.autoconfigure.console;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Draws stacked bars over the width that there is: positions are shares of it, heights
 * and letters are not scaled, so that they can be read in a narrow window too. The
 * numbers themselves are in a table below the chart.
 */
final class BarChart {

    static final int MAX_SERIES = 6;

    private static final int HEIGHT = 220;

    private static final int TOP = 12;

    private static final int BOTTOM = 28;

    private static final int PLOT = HEIGHT - TOP - BOTTOM;

    private static final int LINES = 4;

    private static final int MAX_LABELS = 8;

    /** Width of a digit of the scale. */
    private static final int DIGIT = 8;

    private static final int MAX_DIGITS = 10;

    /** Hundredths of a per cent. */
    private static final int WIDTH = 10_000;

    private static final BigDecimal[] STEPS = { BigDecimal.ONE, BigDecimal.TWO, BigDecimal.valueOf(5), BigDecimal.TEN };

    private final Html html;

    private final Function<BigInteger, String> words;

    BarChart(Html html, Function<BigInteger, String> words) {
        this.html = html;
        this.words = words;
    }

    /**
     * Draws a chart.
     * @param id an id that no other element has
     * @param title what it shows
     * @param description what there is to see
     * @param series the names of the parts
     * @param bars the bars, each with as many values as there are parts
     */
    void draw(String id, String title, String description, List<String> series, List<Bar> bars) {
        BigInteger top = top(bars);
        this.html.open("div", "class", "chart");
        scale(top);
        this.html.open("svg", "class", "plot", "height", number(HEIGHT), "role", "img", "aria-labelledby",
                id + "-title " + id + "-description");
        this.html.element("title", title, "id", id + "-title");
        this.html.element("desc", description, "id", id + "-description");
        for (int i = 0; i <= LINES; i++) {
            this.html.open("line", "class", (i == 0) ? "axis" : "grid", "x1", "0", "x2", "100%", "y1", number(y(i)),
                    "y2", number(y(i)));
        }
        int slot = WIDTH / Math.max(1, bars.size());
        int every = (bars.size() + MAX_LABELS - 1) / MAX_LABELS;
        for (int i = 0; i < bars.size(); i++) {
            int x = i * slot;
            bar(bars.get(i), series, top, share(x + slot / 8), share(slot - slot / 4));
            if (i % every == 0) {
                this.html.element("text", bars.get(i).label(), "class",
                        (i % (2 * every) == 0) ? "label" : "label minor", "x", share(x + slot / 2), "y",
                        number(HEIGHT - 8), "text-anchor", "middle");
            }
        }
        this.html.close().close().line();
    }

    private void scale(BigInteger top) {
        List<String> labels = IntStream.rangeClosed(0, LINES)
            .mapToObj((i) -> this.words.apply(top.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(LINES))))
            .map(BarChart::shortened)
            .toList();
        int width = DIGIT * labels.stream().mapToInt(String::length).max().orElse(0) + DIGIT;
        this.html.open("svg", "class", "scale", "width", number(width), "height", number(HEIGHT), "aria-hidden",
                "true");
        for (int i = 0; i <= LINES; i++) {
            this.html.element("text", labels.get(i), "class", "label", "x", number(width - DIGIT), "y",
                    number(y(i) + 4), "text-anchor", "end");
        }
        this.html.close();
    }

    /** Tokens that are not known have amounts in atomic units, with dozens of digits. */
    private static String shortened(String number) {
        return (number.length() > MAX_DIGITS) ? new BigDecimal(number).round(new MathContext(2)).toString() : number;
    }

    private void bar(Bar bar, List<String> series, BigInteger top, String x, String width) {
        BigInteger below = BigInteger.ZERO;
        for (int i = 0; i < bar.values().size(); i++) {
            BigInteger value = bar.values().get(i);
            if (value.signum() > 0) {
                int from = pixels(below, top);
                below = below.add(value);
                int to = pixels(below, top);
                this.html.open("rect", "class", "s" + (i + 1), "x", x, "width", width, "y", number(TOP + PLOT - to),
                        "height", number(Math.max(1, to - from)));
            }
        }
        if (below.signum() > 0) {
            this.html.open("g", "class", "hit")
                .element("title", bar.label() + ": " + this.words.apply(below) + " from " + series.size()
                        + ((series.size() == 1) ? " endpoint" : " endpoints"));
            this.html.open("rect", "x", x, "width", width, "y", number(TOP), "height", number(PLOT));
            this.html.close();
        }
    }

    private static int y(int line) {
        return TOP + PLOT - PLOT * line / LINES;
    }

    private static int pixels(BigInteger value, BigInteger top) {
        return value.multiply(BigInteger.valueOf(PLOT)).divide(top).intValueExact();
    }

    /** Returns a round number that no bar exceeds and that four lines divide. */
    private static BigInteger top(List<Bar> bars) {
        BigInteger most = BigInteger.valueOf(LINES);
        for (Bar bar : bars) {
            most = most.max(bar.total());
        }
        BigDecimal quarter = new BigDecimal(most).divide(BigDecimal.valueOf(LINES), 0, RoundingMode.CEILING);
        BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen(quarter.precision() - 1);
        for (BigDecimal step : STEPS) {
            if (power.multiply(step).compareTo(quarter) >= 0) {
                return power.multiply(step).multiply(BigDecimal.valueOf(LINES)).toBigIntegerExact();
            }
        }
        return most;
    }

    private static String number(int value) {
        return Integer.toString(value);
    }

    private static String share(int hundredths) {
        return hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10 + "%";
    }

    /**
     * Bar of a chart.
     *
     * @param label what stands below it
     * @param values the values of its parts
     */
    record Bar(String label, List<BigInteger> values) {

        BigInteger total() {
            return this.values.stream().reduce(BigInteger.ZERO, BigInteger::add);
        }

    }

}

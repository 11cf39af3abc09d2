package io.github.x402spring.console;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Function;

/**
 * Draws stacked bars. Each part has its value in words, and the chart has a description:
 * the numbers themselves are in a table below it.
 */
final class BarChart {

    static final int MAX_SERIES = 6;

    private static final int WIDTH = 760;

    private static final int HEIGHT = 220;

    private static final int LEFT = 72;

    private static final int TOP = 10;

    private static final int BOTTOM = 28;

    private static final int PLOT = HEIGHT - TOP - BOTTOM;

    private static final int LINES = 4;

    private static final int MAX_LABELS = 8;

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
        this.html.open("svg", "class", "chart", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img",
                "aria-labelledby", id + "-title " + id + "-description");
        this.html.element("title", title, "id", id + "-title");
        this.html.element("desc", description, "id", id + "-description");
        grid(top);
        int slot = (WIDTH - LEFT) / Math.max(1, bars.size());
        int every = (bars.size() + MAX_LABELS - 1) / MAX_LABELS;
        for (int i = 0; i < bars.size(); i++) {
            int x = LEFT + i * slot;
            bar(bars.get(i), series, top, x + slot / 8, Math.max(1, slot - slot / 4));
            if (i % every == 0) {
                this.html.element("text", bars.get(i).label(), "class", "label", "x", number(x + slot / 2), "y",
                        number(HEIGHT - 8), "text-anchor", "middle");
            }
        }
        this.html.close().line();
    }

    private void grid(BigInteger top) {
        for (int i = 0; i <= LINES; i++) {
            int y = TOP + PLOT - PLOT * i / LINES;
            this.html.open("line", "class", (i == 0) ? "axis" : "grid", "x1", number(LEFT), "x2", number(WIDTH), "y1",
                    number(y), "y2", number(y));
            BigInteger value = top.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(LINES));
            this.html.element("text", this.words.apply(value), "class", "label", "x", number(LEFT - 8), "y",
                    number(y + 4), "text-anchor", "end");
        }
    }

    private void bar(Bar bar, List<String> series, BigInteger top, int x, int width) {
        BigInteger below = BigInteger.ZERO;
        for (int i = 0; i < bar.values().size(); i++) {
            BigInteger value = bar.values().get(i);
            if (value.signum() > 0) {
                int from = pixels(below, top);
                below = below.add(value);
                int to = pixels(below, top);
                this.html.open("rect", "class", "s" + (i + 1), "x", number(x), "width", number(width), "y",
                        number(TOP + PLOT - to), "height", number(Math.max(1, to - from)));
            }
        }
        if (below.signum() > 0) {
            this.html.open("g", "class", "hit")
                .element("title", bar.label() + ": " + this.words.apply(below) + " from " + series.size()
                        + ((series.size() == 1) ? " endpoint" : " endpoints"));
            this.html.open("rect", "x", number(x), "width", number(width), "y", number(TOP), "height", number(PLOT));
            this.html.close();
        }
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

    /**
     * Is a bar.
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

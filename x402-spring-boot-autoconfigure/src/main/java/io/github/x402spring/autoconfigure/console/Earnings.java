package io.github.x402spring.autoconfigure.console;

import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.github.x402spring.autoconfigure.console.BarChart.Bar;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentTotal;
import io.github.x402spring.protocol.Network;

/**
 * Earnings in one token, by endpoint and by time.
 *
 * @param network the network
 * @param asset the token's contract address
 * @param endpoints the endpoints, those first that earned most; the last may stand for
 * all others
 * @param bars what each earned in each hour or day
 */
record Earnings(Network network, String asset, List<String> endpoints, List<Bar> bars) {

    private static final String OTHERS = "others";

    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT)
        .withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MM-dd", Locale.ROOT)
        .withZone(ZoneOffset.UTC);

    static List<Earnings> of(HourlyTotals.Snapshot snapshot, Window window, Instant now) {
        Map<Token, List<PaymentTotal>> tokens = new LinkedHashMap<>();
        for (PaymentTotal total : snapshot.since(window.from(now))) {
            if (total.state() == PaymentState.SETTLED) {
                tokens.computeIfAbsent(new Token(total.network(), total.asset()), (key) -> new ArrayList<>())
                    .add(total);
            }
        }
        List<Earnings> earnings = new ArrayList<>();
        tokens.forEach((token, totals) -> earnings.add(of(token, endpoints(totals), snapshot, window, now)));
        return earnings;
    }

    private static List<String> endpoints(List<PaymentTotal> totals) {
        List<String> names = totals.stream()
            .sorted(Comparator.comparing(PaymentTotal::amount).reversed().thenComparing(PaymentTotal::endpoint))
            .map(PaymentTotal::endpoint)
            .toList();
        if (names.size() <= BarChart.MAX_SERIES) {
            return names;
        }
        List<String> shown = new ArrayList<>(names.subList(0, BarChart.MAX_SERIES - 1));
        shown.add(OTHERS);
        return shown;
    }

    private static Earnings of(Token token, List<String> endpoints, HourlyTotals.Snapshot snapshot, Window window,
            Instant now) {
        Map<Instant, List<BigInteger>> slots = new TreeMap<>();
        for (Instant slot = window.from(now); !slot.isAfter(now); slot = slot.plus(1, window.unit())) {
            slots.put(slot, new ArrayList<>(endpoints.stream().map((name) -> BigInteger.ZERO).toList()));
        }
        snapshot.hours().tailMap(window.from(now)).forEach((hour, totals) -> {
            List<BigInteger> sums = slots.getOrDefault(hour.truncatedTo(window.unit()), new ArrayList<>());
            totals.stream().filter((total) -> !sums.isEmpty() && token.isOf(total)).forEach((total) -> {
                int index = endpoints.indexOf(total.endpoint());
                int series = (index >= 0) ? index : endpoints.size() - 1;
                sums.set(series, sums.get(series).add(total.amount()));
            });
        });
        List<Bar> bars = new ArrayList<>();
        DateTimeFormatter label = (window.unit() == ChronoUnit.HOURS) ? HOUR : DAY;
        slots.forEach((slot, sums) -> bars.add(new Bar(label.format(slot), List.copyOf(sums))));
        return new Earnings(token.network(), token.asset(), endpoints, bars);
    }

    BigInteger total() {
        return this.bars.stream().map(Bar::total).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private record Token(Network network, String asset) {

        boolean isOf(PaymentTotal total) {
            return total.state() == PaymentState.SETTLED && this.network.equals(total.network())
                    && this.asset.equals(total.asset());
        }

    }

    /** Time up to now. */
    enum Window {

        DAY("24h", "Last 24 hours", "hour", 23, ChronoUnit.HOURS),

        WEEK("7d", "Last 7 days", "day", 6, ChronoUnit.DAYS),

        MONTH("30d", "Last 30 days", "day", 29, ChronoUnit.DAYS);

        private final String value;

        private final String label;

        private final String unitName;

        private final int units;

        private final ChronoUnit unit;

        Window(String value, String label, String unitName, int units, ChronoUnit unit) {
            this.value = value;
            this.label = label;
            this.unitName = unitName;
            this.units = units;
            this.unit = unit;
        }

        static Window of(String value) {
            for (Window window : values()) {
                if (window.value.equals(value)) {
                    return window;
                }
            }
            return DAY;
        }

        Instant from(Instant now) {
            return now.truncatedTo(this.unit).minus(this.units, this.unit);
        }

        String value() {
            return this.value;
        }

        String label() {
            return this.label;
        }

        String unitName() {
            return this.unitName;
        }

        ChronoUnit unit() {
            return this.unit;
        }

    }

}

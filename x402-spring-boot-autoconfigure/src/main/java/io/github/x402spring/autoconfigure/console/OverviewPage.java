package io.github.x402spring.autoconfigure.console;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.x402spring.autoconfigure.console.Earnings.Window;
import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentTotal;
import io.github.x402spring.ledger.history.UnknownSettlements;
import io.github.x402spring.operator.SellerSources;

/**
 * Page that shows at a glance what was earned, what is stuck, and what is wrong.
 *
 * @param sources what is shown
 */
record OverviewPage(SellerSources sources) {

    private static final Duration PATIENCE = Duration.ofMillis(100);

    private static final int LATEST = 10;

    String render(Links links, String wanted) {
        Window window = Window.of(wanted);
        Instant now = this.sources.clock().instant();
        Page page = new Page(this.sources, links, "", "Overview");
        warnings(page);
        windows(page, window);
        PaymentHistory history = this.sources.history();
        HourlyTotals totals = this.sources.totals();
        if (history == null || totals == null) {
            page.notice("The ledger of this application does not tell what it has on record.");
            return page.end();
        }
        PaymentTables.coverage(page, history);
        HourlyTotals.Snapshot snapshot = totals.snapshot(PATIENCE);
        boolean counted = snapshot.covers(window.from(now));
        if (snapshot.failed()) {
            page.notice("The ledger gave no reply when payments were counted last. Some of them are missing here.");
        }
        else if (!counted) {
            page.notice("Payments of this time are being counted. Reload this page in a moment.");
        }
        List<Earnings> earnings = Earnings.of(snapshot, window, now);
        Html html = page.html().open("dl", "class", "cards");
        if (counted) {
            sums(html, earnings, snapshot.since(window.from(now)));
        }
        else {
            String pending = snapshot.failed() ? "not counted" : "counting …";
            card(html, "Earned", pending, "main pending");
            card(html, "Payments settled", pending, "plain pending");
        }
        cards(html, history.unknown());
        html.close().line();
        if (counted) {
            for (int i = 0; i < earnings.size(); i++) {
                earned(page, "earned-" + (i + 1), earnings.get(i), window);
            }
            outcomes(page, snapshot.since(window.from(now)), window);
        }
        page.html().element("h2", "Latest payments");
        PaymentTables.payments(page, "latest", "The last payments that were presented",
                history.payments(PaymentFilter.ANY, null, LATEST).payments(), this.sources.format());
        return page.end();
    }

    private void warnings(Page page) {
        if (!this.sources.intake().accepting()) {
            page.notice("This instance takes no payments: paid endpoints respond with 503.");
        }
        for (PaidEndpointListing listing : this.sources.catalog().endpoints()) {
            String name = listing.definition().name();
            if (this.sources.intake().paused(name)) {
                page.notice("Endpoint " + name + " is paused on this instance.");
            }
        }
        FacilitatorCircuits circuits = this.sources.circuits();
        if (circuits.verify() == FacilitatorCircuits.State.OPEN
                || circuits.settle() == FacilitatorCircuits.State.OPEN) {
            page.notice(
                    "The facilitator sends too few replies and is not called for the moment: payments are refused.");
        }
    }

    private static void windows(Page page, Window current) {
        Html html = page.html().open("nav", "class", "tabs", "aria-label", "Time").open("ul");
        for (Window window : Window.values()) {
            html.open("li");
            String address = page.links().to("", Map.of("window", window.value()));
            html.element("a", window.label(), "href", address, "aria-current", (window == current) ? "true" : null);
            html.close();
        }
        html.close().close().line();
    }

    private void sums(Html html, List<Earnings> earnings, List<PaymentTotal> totals) {
        for (Earnings each : earnings) {
            card(html, "Earned, " + Page.name(each.network()),
                    this.sources.format().text(each.network(), each.asset(), each.total()), "main");
        }
        if (earnings.isEmpty()) {
            card(html, "Earned", "nothing yet", "main");
        }
        card(html, "Payments settled", Long.toString(count(totals, PaymentState.SETTLED)), "plain");
    }

    private void cards(Html html, UnknownSettlements unknown) {
        card(html, "Unknown settlements", Long.toString(unknown.count()), (unknown.count() > 0) ? "bad" : "plain");
        card(html, "Refused by policy", Long.toString(this.sources.refusals().count()), "plain");
        FacilitatorCircuits.State settle = this.sources.circuits().settle();
        card(html, "Facilitator", switch (settle) {
            case CLOSED -> "replies";
            case HALF_OPEN -> "on trial";
            case OPEN -> "not called";
            case NONE -> "built in";
        }, (settle == FacilitatorCircuits.State.OPEN) ? "bad" : "plain");
    }

    private static void card(Html html, String name, String value, String kind) {
        html.open("div", "class", "card " + kind).element("dt", name).element("dd", value).close();
    }

    private void earned(Page page, String id, Earnings earnings, Window window) {
        String symbol = this.sources.format().symbol(earnings.network(), earnings.asset());
        String title = symbol + " on " + Page.name(earnings.network()) + " by " + window.unitName() + " and endpoint";
        Html html = page.html();
        html.open("section", "class", "panel", "aria-labelledby", id).element("h2", title, "id", id);
        html.open("ul", "class", "legend");
        for (int i = 0; i < earnings.endpoints().size(); i++) {
            html.element("li", earnings.endpoints().get(i), "class", "s" + (i + 1));
        }
        html.close();
        new BarChart(html, (amount) -> this.sources.format().number(earnings.network(), earnings.asset(), amount)).draw(
                id + "-chart", title,
                window.label() + ": "
                        + this.sources.format().text(earnings.network(), earnings.asset(), earnings.total())
                        + " in all. The table below has the numbers.",
                earnings.endpoints(), earnings.bars());
        html.open("details").element("summary", "Numbers");
        List<String> columns = new ArrayList<>(List.of("From"));
        earnings.endpoints().forEach((endpoint) -> columns.add("#" + endpoint));
        page.table(id + "-numbers", "Numbers of " + title, columns);
        for (BarChart.Bar bar : earnings.bars()) {
            page.row();
            page.head().text(bar.label()).close();
            for (BigInteger value : bar.values()) {
                page.cell(this.sources.format().number(earnings.network(), earnings.asset(), value));
            }
            page.endRow();
        }
        page.endTable();
        html.close().close().line();
    }

    private void outcomes(Page page, List<PaymentTotal> totals, Window window) {
        Map<PaymentState, Long> counts = new LinkedHashMap<>();
        long most = 1;
        for (PaymentState state : List.of(PaymentState.SETTLED, PaymentState.UNKNOWN, PaymentState.UNRESOLVED,
                PaymentState.USED_ELSEWHERE, PaymentState.RESERVED, PaymentState.SETTLING)) {
            counts.put(state, count(totals, state));
            most = Math.max(most, counts.get(state));
        }
        Html html = page.html();
        html.open("section", "class", "panel", "aria-labelledby", "outcomes");
        html.element("h2", "Outcomes", "id", "outcomes");
        page.table("outcomes-table", "Payments by outcome, " + window.label().toLowerCase(Locale.ROOT),
                List.of("State", "#Count", "Share"));
        for (Map.Entry<PaymentState, Long> entry : counts.entrySet()) {
            page.row();
            page.head();
            page.state(entry.getKey());
            html.close();
            page.cell(Long.toString(entry.getValue()));
            page.cell();
            html.open("svg", "class", "meter", "viewBox", "0 0 200 10", "aria-hidden", "true", "preserveAspectRatio",
                    "none");
            html.open("rect", "class", "meter-" + entry.getKey().name().toLowerCase(Locale.ROOT), "x", "0", "y", "0",
                    "height", "10", "width", Long.toString(200 * entry.getValue() / most));
            html.close().close();
            page.endRow();
        }
        page.endTable();
        html.close().line();
    }

    private static long count(List<PaymentTotal> totals, PaymentState state) {
        return totals.stream().filter((total) -> total.state() == state).mapToLong(PaymentTotal::payments).sum();
    }

}

package io.github.x402spring.autoconfigure.console;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.protocol.Network;

/**
 * Page under construction: its frame, and what pages have in common.
 */
final class Page {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
        .withZone(ZoneOffset.UTC);

    private static final Map<String, String> NAVIGATION = navigation();

    private static final int SHORT = 12;

    private static final int MAX_NARROW_COLUMNS = 3;

    private final Html html = new Html();

    private final SellerSources sources;

    private final Links links;

    private List<String> columns = List.of();

    private int column;

    /**
     * Begins a page.
     * @param sources what is shown
     * @param links addresses of pages
     * @param current the page in the navigation; {@code null} for a caller to whom no
     * other page is shown, either
     * @param title the title
     */
    Page(SellerSources sources, Links links, @Nullable String current, String title) {
        this.sources = sources;
        this.links = links;
        this.html.open("html", "lang", "en").open("head");
        this.html.open("meta", "charset", "utf-8");
        this.html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        this.html.open("meta", "name", "color-scheme", "content", "light dark");
        this.html.element("title", title + " · x402 console");
        this.html.open("link", "rel", "icon", "type", "image/svg+xml", "href", links.to("icon.svg"));
        this.html.open("link", "rel", "stylesheet", "href", links.to("console.css"));
        this.html.close().open("body");
        this.html.element("a", "Skip to content", "class", "skip", "href", "#main").line();
        this.html.open("header").open("div", "class", "bar").element("span", "x402", "class", "brand");
        if (current != null) {
            navigate(current);
        }
        this.html.close();
        if (sources.simulated()) {
            this.html.open("p", "class", "simulated", "role", "note")
                .element("strong", "Simulated money:")
                .text(" the facilitator of this application settles nothing on a chain.")
                .close();
        }
        this.html.close().line();
        this.html.open("main", "id", "main", "tabindex", "-1").element("h1", title).line();
    }

    private void navigate(String current) {
        this.html.open("nav", "aria-label", "Console").open("ul");
        NAVIGATION.forEach((page, name) -> {
            this.html.open("li");
            this.html.element("a", name, "href", this.links.to(page), "aria-current",
                    page.equals(current) ? "page" : null);
            this.html.close();
        });
        this.html.close().close();
    }

    private static Map<String, String> navigation() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("", "Overview");
        pages.put("payments", "Payments");
        pages.put("unknown", "Unknown");
        pages.put("refusals", "Refusals");
        pages.put("endpoints", "Endpoints");
        return pages;
    }

    Html html() {
        return this.html;
    }

    Links links() {
        return this.links;
    }

    /** No chain has the transactions of simulated settlements. */
    Explorers explorers() {
        return this.sources.simulated() ? Explorers.NONE : this.links.explorers();
    }

    String end() {
        this.html.close().line().open("footer").text("All times are UTC. Shown at ");
        time(this.sources.clock().instant());
        this.html.text(".").close();
        return this.html.document();
    }

    void notice(String text) {
        this.html.element("p", text, "class", "notice", "role", "note").line();
    }

    void time(@Nullable Instant time) {
        if (time == null) {
            this.html.element("span", "never", "class", "faint");
        }
        else {
            this.html.element("time", TIME.format(time), "datetime", time.toString());
        }
    }

    /** Writes a state as a word and a shape, because colors alone are not accessible. */
    void state(PaymentState state) {
        String name = switch (state) {
            case SETTLED -> "Settled";
            case UNKNOWN -> "Unknown";
            case UNRESOLVED -> "Unresolved";
            case USED_ELSEWHERE -> "Used elsewhere";
            case RESERVED -> "Reserved";
            case SETTLING -> "Settling";
            case RELEASED -> "Released";
        };
        badge(name, (state == PaymentState.SETTLED) ? "good"
                : (state == PaymentState.UNKNOWN || state.ended()) ? "bad" : "busy");
    }

    void badge(String text, String kind) {
        this.html.element("span", text, "class", "badge " + kind);
    }

    /** Writes an address or a hash without its middle. */
    void code(@Nullable String text) {
        if (text == null) {
            this.html.element("span", "–", "class", "faint");
        }
        else if (text.length() > 2 * SHORT) {
            this.html.element("code", text.substring(0, SHORT) + "…" + text.substring(text.length() - 6), "title",
                    text);
        }
        else {
            this.html.element("code", text);
        }
    }

    /** Writes a transaction, which leads to the network's explorer if there is one. */
    void transaction(Network network, @Nullable String transaction) {
        URI address = (transaction != null) ? explorers().transaction(network, transaction) : null;
        if (address == null) {
            code(transaction);
        }
        else {
            this.html.openAway(address);
            code(transaction);
            this.html.close();
        }
    }

    void caller(@Nullable String caller) {
        if (caller != null) {
            this.html.text(caller);
        }
        else {
            this.html.element("span", "anonymous", "class", "faint");
        }
    }

    static String name(Network network) {
        return network.alias().orElseGet(network::toString);
    }

    /** Begins a table whose rows become cards in a narrow window. */
    void table(String id, String caption, List<String> columns) {
        this.columns = columns;
        this.html.open("div", "class", (columns.size() > MAX_NARROW_COLUMNS) ? "scroll stack" : "scroll", "role",
                "region", "tabindex", "0", "aria-labelledby", id);
        this.html.open("table").element("caption", caption, "id", id).open("thead").open("tr");
        for (String column : columns) {
            boolean number = column.startsWith("#");
            this.html.element("th", number ? column.substring(1) : column, "scope", "col", "class",
                    number ? "number" : "text");
        }
        this.html.close().close().open("tbody").line();
    }

    void row() {
        this.column = 0;
        this.html.open("tr");
    }

    /** Begins the cell that names its row. */
    Html head() {
        return this.html.open("th", "scope", "row", "data-label", label());
    }

    /** Begins the next cell. */
    Html cell() {
        boolean number = this.columns.get(this.column).startsWith("#");
        return this.html.open("td", "data-label", label(), "class", number ? "number" : null);
    }

    void cell(String text) {
        cell().text(text).close();
    }

    private String label() {
        String column = this.columns.get(this.column++);
        return column.startsWith("#") ? column.substring(1) : column;
    }

    void endRow() {
        this.html.close().line();
    }

    void endTable() {
        this.html.close().close().close().line();
    }

}

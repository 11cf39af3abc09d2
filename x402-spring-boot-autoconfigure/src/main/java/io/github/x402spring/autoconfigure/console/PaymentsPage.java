package io.github.x402spring.autoconfigure.console;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.operator.SellerSources;

/**
 * Lists payments by what a person looks for.
 *
 * @param sources what is shown
 */
record PaymentsPage(SellerSources sources) {

    private static final int LIMIT = 50;

    String render(Links links, PaymentSearch search) {
        Page page = new Page(this.sources, links, "payments", "Payments");
        PaymentHistory history = this.sources.history();
        if (history == null) {
            page.notice("The ledger of this application does not tell what it has on record.");
            return page.end();
        }
        PaymentTables.coverage(page, history);
        form(page, search);
        PaymentPage found = history.payments(search.filter(), search.after(), LIMIT);
        PaymentTables.payments(page, "payments", "Payments, those first that were presented last", found.payments(),
                this.sources.format());
        pages(page, search, found.next());
        return page.end();
    }

    private void form(Page page, PaymentSearch search) {
        Html html = page.html()
            .open("form", "class", "filters", "method", "get", "action", page.links().to("payments"), "aria-label",
                    "Filter payments");
        select(html, "endpoint", "Endpoint", search.text("endpoint"),
                this.sources.catalog()
                    .endpoints()
                    .stream()
                    .map(PaidEndpointListing::definition)
                    .map((definition) -> definition.name())
                    .toList());
        select(html, "state", "State", search.text("state"),
                List.of(PaymentState.RESERVED.name(), PaymentState.SETTLING.name(), PaymentState.SETTLED.name(),
                        PaymentState.UNKNOWN.name(), PaymentState.UNRESOLVED.name(),
                        PaymentState.USED_ELSEWHERE.name()));
        input(html, "payer", "Payer", "text", search.text("payer"));
        input(html, "caller", "Caller", "text", search.text("caller"));
        input(html, "from", "From (UTC)", "datetime-local", search.text("from"));
        input(html, "to", "To (UTC)", "datetime-local", search.text("to"));
        html.open("div", "class", "buttons").element("button", "Apply", "type", "submit");
        html.element("a", "Clear", "href", page.links().to("payments"));
        html.element("a", "Download CSV", "href", page.links().to("payments.csv", search.texts()));
        html.close().close().line();
    }

    private static void select(Html html, String name, String label, String value, List<String> options) {
        html.open("div").element("label", label, "for", name).open("select", "id", name, "name", name);
        html.element("option", "any", "value", "");
        for (String option : options) {
            html.element("option", option, "value", option, "selected", option.equals(value) ? "selected" : null);
        }
        if (!value.isEmpty() && !options.contains(value)) {
            html.element("option", value, "value", value, "selected", "selected");
        }
        html.close().close();
    }

    private static void input(Html html, String name, String label, String type, String value) {
        html.open("div").element("label", label, "for", name);
        html.open("input", "id", name, "name", name, "type", type, "value", value, "autocomplete", "off", "spellcheck",
                "false")
            .close();
    }

    private static void pages(Page page, PaymentSearch search, @Nullable PaymentCursor next) {
        Html html = page.html().open("nav", "class", "pages", "aria-label", "Pages");
        if (search.after() != null) {
            html.element("a", "Newest", "href", page.links().to("payments", search.texts()), "rel", "first");
        }
        if (next != null) {
            html.element("a", "Older payments", "href", page.links().to("payments", search.textsAfter(next)), "rel",
                    "next");
        }
        html.close().line();
    }

}

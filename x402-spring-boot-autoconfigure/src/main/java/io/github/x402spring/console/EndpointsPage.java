package io.github.x402spring.console;

import java.util.List;

import io.github.x402spring.gate.PaidEndpointListing;

/**
 * Lists what is for sale, at which price, and to whom.
 */
final class EndpointsPage {

    private final ConsoleSources sources;

    EndpointsPage(ConsoleSources sources) {
        this.sources = sources;
    }

    String render(Links links) {
        Page page = new Page(links, "endpoints", "Endpoints");
        List<PaidEndpointListing> endpoints = this.sources.catalog().endpoints();
        if (endpoints.isEmpty()) {
            page.html().element("p", "Nothing is for sale.", "class", "empty");
            return page.end(this.sources.clock().instant());
        }
        page.table("endpoints", "Paid endpoints",
                List.of("Endpoint", "Requests", "Price", "Who may have it", "Settled", "State"));
        endpoints.forEach((endpoint) -> row(page, endpoint));
        page.endTable();
        return page.end(this.sources.clock().instant());
    }

    private void row(Page page, PaidEndpointListing listing) {
        String name = listing.definition().name();
        Html html = page.html().open("tr").open("th", "scope", "row").text(name);
        if (!listing.definition().description().isEmpty()) {
            html.element("div", listing.definition().description(), "class", "faint");
        }
        html.close().open("td");
        listing.mappings().forEach((mapping) -> html.open("div").element("code", mapping).close());
        html.close().open("td");
        listing.terms()
            .forEach((terms) -> html.open("div")
                .text(terms.price())
                .element("span", " on " + terms.network(), "class", "faint")
                .close());
        html.close().open("td").element("code", listing.policy());
        if (listing.defaultPolicy()) {
            html.element("span", " by default", "class", "faint");
        }
        html.close().element("td", switch (listing.definition().flow()) {
            case AUTHORIZATION -> "after the handler";
            case UPFRONT -> "before the handler";
        }).open("td");
        boolean accepting = this.sources.intake().accepting(name);
        page.badge(accepting ? "On sale" : "Paused", accepting ? "good" : "bad");
        html.close().close().line();
    }

}

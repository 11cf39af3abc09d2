package io.github.x402spring.autoconfigure.console;

import java.util.List;

import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.protocol.Network;

/**
 * Lists what is for sale, at which price, and to whom.
 *
 * @param sources what is shown
 */
record EndpointsPage(SellerSources sources) {

    String render(Links links) {
        Page page = new Page(this.sources, links, "endpoints", "Endpoints");
        List<PaidEndpointListing> endpoints = this.sources.catalog().endpoints();
        if (endpoints.isEmpty()) {
            page.html().element("p", "Nothing is for sale.", "class", "empty");
            return page.end();
        }
        page.table("endpoints", "Paid endpoints",
                List.of("Endpoint", "Requests", "Price", "Policy", "Settled", "State"));
        endpoints.forEach((endpoint) -> row(page, endpoint));
        page.endTable();
        return page.end();
    }

    private void row(Page page, PaidEndpointListing listing) {
        String name = listing.definition().name();
        page.row();
        Html html = page.head().text(name);
        if (!listing.definition().description().isEmpty()) {
            html.element("div", listing.definition().description(), "class", "faint");
        }
        html.close();
        page.cell();
        listing.mappings().forEach((mapping) -> html.open("div").element("code", mapping).close());
        html.close();
        page.cell();
        listing.terms()
            .forEach((terms) -> html.open("div", "class", "price")
                .text(terms.price())
                .element("span", " on " + network(terms), "class", "faint")
                .close());
        html.close();
        page.cell().element("code", listing.policy());
        if (listing.defaultPolicy()) {
            html.element("span", " by default", "class", "faint");
        }
        html.close();
        page.cell(switch (listing.definition().flow()) {
            case AUTHORIZATION -> "after the handler";
            case UPFRONT -> "before the handler";
        });
        page.cell();
        boolean accepting = this.sources.intake().accepting(name);
        page.badge(accepting ? "On sale" : "Paused", accepting ? "good" : "bad");
        html.close();
        page.endRow();
    }

    private static String network(PaidEndpointListing.Terms terms) {
        return Network.tryParse(terms.network()).map(Page::name).orElse(terms.network());
    }

}

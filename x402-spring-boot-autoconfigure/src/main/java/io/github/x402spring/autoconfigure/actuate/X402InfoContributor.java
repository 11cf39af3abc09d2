package io.github.x402spring.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.util.Assert;

import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.operator.SellerSources;

/**
 * Contributor of what this application sells, in a few words.
 */
final class X402InfoContributor implements InfoContributor {

    private final SellerSources sources;

    X402InfoContributor(SellerSources sources) {
        Assert.notNull(sources, "'sources' must not be null");
        this.sources = sources;
    }

    @Override
    public void contribute(Info.Builder builder) {
        TreeSet<String> networks = new TreeSet<>();
        for (PaidEndpointListing listing : this.sources.catalog().endpoints()) {
            listing.terms().forEach((terms) -> networks.add(terms.network()));
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("paidEndpoints", this.sources.catalog().endpoints().size());
        details.put("networks", networks);
        details.put("facilitator", this.sources.facilitator());
        details.put("ledger", this.sources.ledger());
        details.put("accepting", this.sources.intake().accepting());
        builder.withDetail("x402", details);
    }

}

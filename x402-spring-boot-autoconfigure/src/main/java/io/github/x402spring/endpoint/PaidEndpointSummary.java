package io.github.x402spring.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.asset.Price;
import io.github.x402spring.endpoint.RegisteredEndpoint.Mapping;
import io.github.x402spring.exchange.PaidEndpointDefinition;

/**
 * Summary of paid endpoints in the log at start-up: price, policy and flow of each.
 */
final class PaidEndpointSummary {

    private static final Logger logger = LoggerFactory.getLogger(PaidEndpointSummary.class);

    private PaidEndpointSummary() {
    }

    static void log(List<Mapping> mappings, PaidEndpointSettings settings) {
        if (mappings.isEmpty()) {
            return;
        }
        if (settings.resourceOrigin() == null) {
            logger.warn("x402.resource-base-url is not set: challenges name http://localhost as the origin of what "
                    + "is sold. Set it to the public origin of this server, such as https://api.example.com");
        }
        for (Mapping mapping : mappings) {
            logger.info("Paid endpoint {}", describe(mapping, settings.defaultRule()));
        }
    }

    static List<PaidEndpointListing> list(List<Mapping> mappings, String defaultRule) {
        SortedMap<String, PaidEndpointListing> listings = new TreeMap<>();
        for (Mapping mapping : mappings) {
            PaidEndpointDefinition definition = mapping.endpoint().definition();
            PaidEndpointListing present = listings.get(definition.name());
            List<String> requests = new ArrayList<>((present != null) ? present.mappings() : List.of());
            requests.add(mapping.description());
            List<PaidEndpointListing.Terms> terms = mapping.endpoint()
                .offers()
                .stream()
                .map((offer) -> new PaidEndpointListing.Terms(price(offer), offer.scheme(), offer.network().toString(),
                        offer.asset().address(), offer.payTo(), offer.maxTimeoutSeconds()))
                .toList();
            String authorize = definition.authorize();
            listings.put(definition.name(), new PaidEndpointListing(definition, requests, terms,
                    (authorize != null) ? authorize : defaultRule, authorize == null));
        }
        return List.copyOf(listings.values());
    }

    private static String describe(Mapping mapping, String defaultRule) {
        PaidEndpointDefinition definition = mapping.endpoint().definition();
        StringJoiner offers = new StringJoiner(" or ");
        for (OfferSource offer : mapping.endpoint().offers()) {
            offers.add(price(offer) + " on " + offer.network());
        }
        String authorize = definition.authorize();
        return "'" + definition.name() + "' " + mapping.description() + " costs " + offers + ", policy "
                + ((authorize != null) ? authorize : "default (" + defaultRule + ")") + ", flow "
                + definition.flow().wireName();
    }

    private static String price(OfferSource offer) {
        Price price = offer.price();
        if (price == null) {
            return "a computed price";
        }
        String symbol = price.symbol();
        return price.amount().toPlainString() + " " + ((symbol != null) ? symbol : offer.asset().symbol());
    }

}

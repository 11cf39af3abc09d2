package io.github.x402spring.webmvc;

import java.util.List;
import java.util.StringJoiner;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.asset.Price;
import io.github.x402spring.gate.PaidEndpointDefinition;
import io.github.x402spring.webmvc.PaidEndpointRegistry.Mapping;

/**
 * Tells at start-up what is for sale, at which price, and to whom.
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

    private static String describe(Mapping mapping, String defaultRule) {
        PaidEndpointDefinition definition = mapping.endpoint().definition();
        StringJoiner offers = new StringJoiner(" or ");
        for (OfferSource offer : mapping.endpoint().offers()) {
            offers.add(price(offer) + " on " + offer.network());
        }
        String authorize = definition.authorize();
        return "'" + definition.name() + "' " + mapping.info() + " costs " + offers + ", policy "
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

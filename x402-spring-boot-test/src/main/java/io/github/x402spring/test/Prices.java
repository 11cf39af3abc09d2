package io.github.x402spring.test;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Prices as a test writes them, against the terms of a 402.
 */
final class Prices {

    private static final Pattern UNITS = Pattern.compile("([0-9]{1,78}) (0x[0-9a-fA-F]{40})");

    private Prices() {
    }

    /**
     * Returns whether terms ask for a price.
     * @param text the price
     * @param assets knows the tokens
     * @return whether one way to pay asks for exactly that
     * @throws IllegalArgumentException if the text is no price
     */
    static Predicate<PaymentRequirements> matching(String text, AssetRegistry assets) {
        Matcher units = UNITS.matcher(text);
        if (units.matches()) {
            return (offer) -> offer.asset().equalsIgnoreCase(units.group(2))
                    && offer.amount().toString().equals(units.group(1));
        }
        Price price = Price.parse(text);
        return (offer) -> {
            Optional<Asset> token = assets.find(offer.network(), price.symbol());
            return token.filter((asset) -> asset.address().equalsIgnoreCase(offer.asset()))
                .filter((asset) -> price.in(asset).equals(offer.amount()))
                .isPresent();
        };
    }

}

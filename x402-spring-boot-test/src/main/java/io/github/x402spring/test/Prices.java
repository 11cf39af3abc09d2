package io.github.x402spring.test;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Prices as a test writes them.
 */
final class Prices {

    private static final Pattern UNITS = Pattern.compile("([0-9]{1,78}) (0x[0-9a-fA-F]{40})");

    private Prices() {
    }

    /**
     * Parses a price.
     * @param text a price as configuration has it, or a number of atomic units and the
     * address of a token
     * @param assets knows the tokens
     * @return tells what is asked for
     * @throws IllegalArgumentException if the text is no price
     */
    static Asked parse(String text, AssetRegistry assets) {
        Matcher units = UNITS.matcher(text);
        if (units.matches()) {
            return (network, token, amount) -> token.equalsIgnoreCase(units.group(2))
                    && amount.toString().equals(units.group(1));
        }
        Price price = Price.parse(text);
        return (network, token, amount) -> assets.find(network, token)
            .filter((asset) -> named(price, asset, amount, assets))
            .filter((asset) -> unitsOf(price, asset).filter(amount::equals).isPresent())
            .isPresent();
    }

    /** A price without a symbol is in the network's first token, or in dollars. */
    private static boolean named(Price price, Asset asset, TokenAmount amount, AssetRegistry assets) {
        if (price.symbol() != null) {
            return price.symbol().equals(asset.symbol());
        }
        return assets.find(asset.network(), null).filter(asset::equals).isPresent()
                || assets.millionthsOfADollar(asset.network(), asset.address(), amount).isPresent();
    }

    private static Optional<TokenAmount> unitsOf(Price price, Asset token) {
        try {
            return Optional.of(price.in(token));
        }
        catch (IllegalArgumentException ex) {
            return Optional.empty();
        }
    }

    /**
     * Predicate of amounts.
     */
    @FunctionalInterface
    interface Asked {

        boolean test(Network network, String token, TokenAmount amount);

        default boolean test(PaymentRequirements offer) {
            return test(offer.network(), offer.asset(), offer.amount());
        }

    }

}

package io.github.x402spring.autoconfigure.webmvc;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.endpoint.EndpointRegistry.Terms;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.limit.ExposureRule;
import io.github.x402spring.limit.ExposureRule.Per;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Checks of limits against the endpoints that they cover.
 */
final class LimitChecks {

    private final List<ExposureRule> rules;

    private final AssetRegistry assets;

    private final boolean complete;

    /** Without all controllers of the application, limits may name what is not there. */
    LimitChecks(List<ExposureRule> rules, AssetRegistry assets, boolean complete) {
        this.complete = complete;
        this.rules = rules;
        this.assets = assets;
    }

    /**
     * Checks the limits.
     * @param endpoints the endpoints that are known at start-up
     * @param known whether there are no others
     */
    void check(Map<PaidEndpointDefinition, List<Terms>> endpoints, boolean known) {
        Set<String> names = new TreeSet<>();
        Set<String> tags = new TreeSet<>();
        endpoints.keySet().forEach((endpoint) -> {
            names.add(endpoint.name());
            tags.addAll(endpoint.tags());
        });
        for (ExposureRule rule : this.rules) {
            if (this.complete) {
                checkKnown(rule, "endpoints", rule.endpoints(), names, known);
                checkKnown(rule, "tags", rule.tags(), tags, known);
            }
            if (rule.limit().maxAmount() != null) {
                endpoints.forEach((endpoint, terms) -> {
                    if (rule.covers(endpoint)) {
                        terms.forEach((offer) -> checkOffer(rule, endpoint, offer));
                    }
                });
            }
        }
    }

    private static void checkKnown(ExposureRule rule, String property, Set<String> named, Set<String> known,
            boolean all) {
        Set<String> unknown = new TreeSet<>(named);
        unknown.removeAll(known);
        if (!unknown.isEmpty() && !all) {
            throw new InvalidX402ConfigurationException(
                    "Limit '" + rule.limit().name() + "' names " + property + " that were not found at start-up: "
                            + String.join(", ", unknown),
                    "Declare the X402Functions.paid that has them as a bean, or make it the first filter of its builder: "
                            + "other filters, resources and router functions of the application's own hide it. Or correct "
                            + property + " of that limit under x402.limits.");
        }
        if (!unknown.isEmpty()) {
            throw new InvalidX402ConfigurationException(
                    "Limit '" + rule.limit().name() + "' names " + property + " that do not exist: "
                            + String.join(", ", unknown),
                    "Correct " + property + " of that limit under x402.limits; known ones are: "
                            + (known.isEmpty() ? "none" : String.join(", ", known)) + ".");
        }
    }

    private void checkOffer(ExposureRule rule, PaidEndpointDefinition endpoint, Terms offer) {
        PaymentRequirements terms = offer.requirements();
        Optional<BigInteger> amount = this.assets.millionthsOfADollar(terms.network(), terms.asset(), terms.amount());
        if (amount.isEmpty()) {
            throw new InvalidX402ConfigurationException(
                    "Limit '" + rule.limit().name() + "' counts dollars, and paid endpoint '" + endpoint.name()
                            + "' takes a token on " + terms.network() + " that is not configured as worth a dollar",
                    "Set max-count rather than max-amount in that limit under x402.limits, cover other endpoints in it, "
                            + "or set x402.assets.<symbol>.dollar if the token is worth a dollar.");
        }
        // Without a task it can still be bought.
        if (offer.fixed() && rule.per() != Per.TASK && rule.limit().forbids(amount.get())) {
            throw new InvalidX402ConfigurationException(
                    "No payer can ever buy paid endpoint '" + endpoint.name()
                            + "': its price alone is more than limit '" + rule.limit().name() + "'",
                    "Raise max-amount of that limit under x402.limits, or lower x402.endpoints." + endpoint.name()
                            + ".price.");
        }
    }

}

package io.github.x402spring.endpoint;

import java.util.List;
import java.util.Objects;

import io.github.x402spring.exchange.PaidEndpointDefinition;

/**
 * Paid endpoint as it is shown to operators.
 *
 * @param definition the endpoint
 * @param mappings the requests that lead to it, such as <code>{GET [/weather]}</code>
 * @param terms the ways to pay, in order of preference
 * @param policy the rule that decides who may have the response
 * @param defaultPolicy whether that is the configured default
 * @since 0.1.0
 */
public record PaidEndpointListing(PaidEndpointDefinition definition, List<String> mappings, List<Terms> terms,
        String policy, boolean defaultPolicy) {

    public PaidEndpointListing {
        Objects.requireNonNull(definition, "'definition' must not be null");
        Objects.requireNonNull(policy, "'policy' must not be null");
        mappings = List.copyOf(mappings);
        terms = List.copyOf(terms);
    }

    /**
     * One way to pay.
     *
     * @param price the price with the token's symbol, or that it is computed
     * @param scheme the payment scheme
     * @param network the network, as CAIP-2 has it
     * @param asset the token's contract address
     * @param payTo the recipient's address
     * @param maxTimeoutSeconds the life of an authorization, in seconds
     */
    public record Terms(String price, String scheme, String network, String asset, String payTo,
            long maxTimeoutSeconds) {

        public Terms {
            Objects.requireNonNull(price, "'price' must not be null");
            Objects.requireNonNull(scheme, "'scheme' must not be null");
            Objects.requireNonNull(network, "'network' must not be null");
            Objects.requireNonNull(asset, "'asset' must not be null");
            Objects.requireNonNull(payTo, "'payTo' must not be null");
        }

    }

}

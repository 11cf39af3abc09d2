package io.github.x402spring.endpoint;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.exchange.PaymentIdentifierMode;

/**
 * Configuration of paid endpoints.
 *
 * @param defaults the terms where neither the configuration of an endpoint nor its
 * annotation states any
 * @param endpoints what overrides the annotations, by endpoint name
 * @param resourceOrigin the public origin of this server, without a trailing slash, or
 * {@code null} if it is not configured
 * @param defaultRule the rule that decides who may have a response, where an endpoint
 * states none
 * @param servletPath the path of the dispatcher servlet, without a trailing slash
 * @param identifier whether clients name their purchases, where an endpoint does not
 * state it
 * @since 0.1.0
 */
public record PaidEndpointSettings(Offer defaults, Map<String, Endpoint> endpoints, @Nullable String resourceOrigin,
        String defaultRule, String servletPath, PaymentIdentifierMode identifier) {

    public PaidEndpointSettings {
        Objects.requireNonNull(defaults, "'defaults' must not be null");
        Objects.requireNonNull(defaultRule, "'defaultRule' must not be null");
        Objects.requireNonNull(identifier, "'identifier' must not be null");
        endpoints = Map.copyOf(endpoints);
    }

    /**
     * One way to pay; a member that is {@code null} is taken from the next source.
     *
     * @param price the price as text
     * @param network the network's alias or CAIP-2 name
     * @param asset the token's symbol
     * @param payTo the recipient's address
     * @param maxTimeoutSeconds the life of an authorization, in seconds
     * @param scheme the name of the payment scheme
     */
    public record Offer(@Nullable String price, @Nullable String network, @Nullable String asset,
            @Nullable String payTo, @Nullable Long maxTimeoutSeconds, @Nullable String scheme) {

        Offer orElse(Offer next) {
            return new Offer((this.price != null) ? this.price : next.price,
                    (this.network != null) ? this.network : next.network,
                    (this.asset != null) ? this.asset : next.asset, (this.payTo != null) ? this.payTo : next.payTo,
                    (this.maxTimeoutSeconds != null) ? this.maxTimeoutSeconds : next.maxTimeoutSeconds,
                    (this.scheme != null) ? this.scheme : next.scheme);
        }

    }

    /**
     * Configuration of one endpoint; a member that is {@code null} is taken from the
     * annotation.
     *
     * @param offer the terms
     * @param accepts several ways to pay, in order of preference; each completes itself
     * from {@code offer}. Empty for a single way
     * @param description what the buyer gets
     * @param mimeType the media type of the response
     * @param authorize the expression that decides who may have the response
     * @param flow when the payment is settled
     * @param tags what limits know the endpoint by; empty for those of the annotation
     * @param idempotent whether the handler may run again for a payment whose response
     * was lost
     * @param identifier whether clients name their purchases
     */
    public record Endpoint(Offer offer, List<Offer> accepts, @Nullable String description, @Nullable String mimeType,
            @Nullable String authorize, @Nullable PaymentFlow flow, Set<String> tags, @Nullable Boolean idempotent,
            @Nullable PaymentIdentifierMode identifier) {

        static final Endpoint UNCONFIGURED = new Endpoint(new Offer(null, null, null, null, null, null), List.of(),
                null, null, null, null, Set.of(), null, null);

        public Endpoint {
            accepts = List.copyOf(accepts);
            tags = Set.copyOf(tags);
        }

    }

}

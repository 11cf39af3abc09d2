package io.github.x402spring.endpoint;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.endpoint.PriceExpression.InexactPriceException;
import io.github.x402spring.endpoint.PriceExpression.Variables;
import io.github.x402spring.endpoint.PriceResolver.PriceRequest;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Everything about one way to pay but what depends on the request.
 *
 * @param scheme the name of the payment scheme
 * @param network the network
 * @param asset the token in which prices are stated
 * @param payTo the recipient's address
 * @param maxTimeoutSeconds the life of an authorization, in seconds
 * @param price the price, or {@code null} if it is computed
 * @param expression computes the price, or {@code null} if it is fixed or a resolver's
 * @param flow when the payment is settled
 * @param assets looks up tokens that a price names
 * @param listed what the facilitator states
 */
record OfferSource(String scheme, Network network, Asset asset, String payTo, long maxTimeoutSeconds,
        @Nullable Price price, @Nullable PriceExpression expression, PaymentFlow flow, AssetRegistry assets,
        ListedExtra listed) {

    /** Tells whether the terms for one resource are always the same. */
    boolean fixed() {
        return this.price != null && !this.listed.asks();
    }

    OfferSource pricedAt(@Nullable Price price, @Nullable PriceExpression expression) {
        return new OfferSource(this.scheme, this.network, this.asset, this.payTo, this.maxTimeoutSeconds, price,
                expression, this.flow, this.assets, this.listed);
    }

    OfferSource paidTo(String payTo, ListedExtra listed) {
        return new OfferSource(this.scheme, this.network, this.asset, payTo, this.maxTimeoutSeconds, this.price,
                this.expression, this.flow, this.assets, listed);
    }

    /**
     * Terms at the price, or at that of one token where it is computed, without what the
     * facilitator states.
     */
    PaymentRequirements sample(String resource) {
        return requirements((this.price != null) ? this.price : new Price(BigDecimal.ONE, null), resource);
    }

    /** Terms at a price, without what the facilitator states. */
    PaymentRequirements requirements(Price price, String resource) {
        Asset asset = asset(price);
        Map<String, Object> extra = new LinkedHashMap<>(asset.extra());
        if (this.flow != PaymentFlow.AUTHORIZATION) {
            extra.put("paymentFlow", this.flow.wireName());
        }
        // Terms for one resource are not terms for another that costs the same.
        extra.put("resource", resource);
        return new PaymentRequirements(this.scheme, this.network, price.in(asset), asset.address(), this.payTo,
                this.maxTimeoutSeconds, extra);
    }

    /**
     * Terms at the price that is computed for a request, without what the facilitator
     * states.
     * @throws InvalidPriceRequestException if the price fails by what comes from the
     * caller
     */
    PaymentRequirements requirements(PriceRequest request, String resource) {
        PriceExpression expression = this.expression;
        if (expression == null) {
            throw new IllegalStateException("The price resolver gave no price and none is configured");
        }
        Variables variables = new Variables(request.pathVariables(), request::parameter);
        try {
            return requirements(expression.evaluate(variables), resource);
        }
        catch (InexactPriceException | UnreadableRequestException ex) {
            throw ex;
        }
        catch (RuntimeException ex) {
            throw variables.callerWasAsked() ? new InvalidPriceRequestException("The computed price is none") : ex;
        }
    }

    /**
     * Tells whether a request without parameters has a price. One that depends on a path
     * variable counts as if it had.
     */
    boolean pricesWithoutParameters() {
        PriceExpression expression = this.expression;
        if (expression == null) {
            return true;
        }
        Variables variables = new Variables(Map.of(), (name) -> null);
        try {
            requirements(expression.evaluate(variables), "");
            return true;
        }
        catch (RuntimeException ex) {
            return variables.pathWasAsked();
        }
    }

    /** Terms for recognizing payments, which may have been made at any price. */
    PaymentRequirements anyPrice() {
        Asset asset = (this.price != null) ? asset(this.price) : this.asset;
        return new PaymentRequirements(this.scheme, this.network, TokenAmount.of(1), asset.address(), this.payTo,
                this.maxTimeoutSeconds, asset.extra());
    }

    /** Names the property in which another offer differs, if it does. */
    @Nullable String difference(OfferSource other) {
        if (!this.scheme.equals(other.scheme)) {
            return "scheme";
        }
        if (!this.network.equals(other.network)) {
            return "network";
        }
        if (!this.asset.equals(other.asset)) {
            return "asset";
        }
        if (!this.payTo.equals(other.payTo)) {
            return "pay-to";
        }
        return Objects.equals(charge(), other.charge()) ? null : "price";
    }

    private @Nullable Object charge() {
        Price price = this.price;
        if (price != null) {
            PaymentRequirements requirements = requirements(price, "");
            return List.of(requirements.asset(), requirements.amount());
        }
        return (this.expression != null) ? this.expression.text() : null;
    }

    private Asset asset(Price price) {
        String symbol = price.symbol();
        if (symbol == null) {
            return this.asset;
        }
        return this.assets.find(this.network, symbol)
            .orElseThrow(
                    () -> new IllegalArgumentException("The price names a token that is not known on " + this.network));
    }

}

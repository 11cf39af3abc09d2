package io.github.x402spring.autoconfigure.observation;

import java.math.BigDecimal;

import io.micrometer.common.KeyValue;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Words of the configuration for networks, tokens and schemes of payments, never their
 * addresses. Thread-safe.
 */
final class PaymentNames {

    /** Stands where there is nothing to name. */
    static final String NONE = KeyValue.NONE_VALUE;

    private static final String OTHER = "other";

    private final AssetRegistry assets;

    private final RecentValues<String, String> hashed;

    /** Those of an endpoint with a fixed price are always the same. */
    private final RecentValues<PaymentRequirements, Priced> priced = RecentValues.byIdentity(this::price);

    private final String facilitator;

    PaymentNames(AssetRegistry assets, PayerHash payers, String facilitator) {
        Assert.notNull(assets, "'assets' must not be null");
        Assert.notNull(payers, "'payers' must not be null");
        Assert.hasText(facilitator, "'facilitator' must not be empty");
        this.assets = assets;
        this.hashed = RecentValues.byEquality(payers::of);
        this.facilitator = facilitator;
    }

    static String reason(@Nullable Reason reason) {
        return (reason != null) ? reason.value() : NONE;
    }

    String facilitator() {
        return this.facilitator;
    }

    String scheme(@Nullable PaymentRequirements terms) {
        return (terms != null) ? terms.scheme() : NONE;
    }

    String network(@Nullable PaymentRequirements terms) {
        return (terms != null) ? terms.network().toString() : NONE;
    }

    String asset(@Nullable PaymentRequirements terms) {
        return (terms != null) ? this.priced.of(terms).asset() : NONE;
    }

    /** Returns the amount in whole tokens, or {@code null} if the token is unknown. */
    @Nullable BigDecimal amount(PaymentRequirements terms) {
        return this.priced.of(terms).amount();
    }

    /** Returns the amount as text. */
    String amountText(@Nullable PaymentRequirements terms) {
        return (terms != null) ? this.priced.of(terms).text() : NONE;
    }

    String payer(String payer) {
        return this.hashed.of(payer);
    }

    private Priced price(PaymentRequirements terms) {
        Asset asset = find(terms);
        if (asset == null) {
            return new Priced(OTHER, null, NONE);
        }
        BigDecimal amount = new BigDecimal(terms.amount().value()).movePointLeft(asset.decimals()).stripTrailingZeros();
        return new Priced(asset.symbol(), amount, amount.toPlainString());
    }

    private @Nullable Asset find(PaymentRequirements terms) {
        return this.assets.find(terms.network(), terms.asset()).orElse(null);
    }

    private record Priced(String asset, @Nullable BigDecimal amount, String text) {
    }

}

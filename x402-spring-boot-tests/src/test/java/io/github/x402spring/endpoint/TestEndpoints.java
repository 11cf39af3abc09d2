package io.github.x402spring.endpoint;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.Network;

/**
 * Paid endpoints named {@code report}, which are paid in USDC on a test network.
 */
public final class TestEndpoints {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final AssetRegistry ASSETS = new AssetRegistry(List.of());

    private TestEndpoints() {
    }

    public static PaidEndpointDefinition definition(PaymentFlow flow) {
        return new PaidEndpointDefinition("report", "Report", "text/plain", null, flow, false);
    }

    /** An endpoint without a way to pay. */
    public static RegisteredEndpoint unpriced() {
        return registered();
    }

    public static RegisteredEndpoint priced(Price price) {
        return registered(offer(price, null, ListedExtra.NONE));
    }

    public static RegisteredEndpoint priced(Price price, ListedExtras extras, String... names) {
        return registered(offer(price, null, extras.of("exact", NETWORK, Set.of(names))));
    }

    /** An endpoint that only a resolver has a price for. */
    public static RegisteredEndpoint resolved() {
        return registered(offer(null, null, ListedExtra.NONE));
    }

    public static RegisteredEndpoint computed(String expression) {
        return registered(offer(null, PriceExpression.parse(expression), ListedExtra.NONE));
    }

    static RegisteredEndpoint registered(OfferSource... offers) {
        return new RegisteredEndpoint(definition(PaymentFlow.AUTHORIZATION), "reports.report", List.of(offers), false);
    }

    static OfferSource offer(@Nullable Price price, @Nullable PriceExpression expression, ListedExtra listed) {
        return new OfferSource("exact", NETWORK, ASSETS.find(NETWORK, "USDC").orElseThrow(), "0xB", 300, price,
                expression, PaymentFlow.AUTHORIZATION, ASSETS, listed);
    }

}

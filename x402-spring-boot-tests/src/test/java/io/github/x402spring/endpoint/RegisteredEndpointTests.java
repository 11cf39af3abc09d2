package io.github.x402spring.endpoint;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;

import static org.assertj.core.api.Assertions.assertThat;

class RegisteredEndpointTests {

    private static final AssetRegistry ASSETS = new AssetRegistry(List.of());

    @Test
    void fixedPricesWhenOneIsComputedThenFalse() {
        assertThat(endpoint(offer(Price.parse("$1")), offer(Price.parse("$2"))).fixedPrices()).isTrue();
        assertThat(endpoint(offer(Price.parse("$1")), offer(null)).fixedPrices()).isFalse();
    }

    @Test
    void differenceWhenSchemesDifferThenNamed() {
        OfferSource exact = offer(Price.parse("$1"));
        OfferSource other = new OfferSource("other", exact.network(), exact.asset(), exact.payTo(), 300, exact.price(),
                null, exact.flow(), ASSETS, ListedExtra.NONE);
        assertThat(endpoint(exact).difference(endpoint(other))).isEqualTo("scheme");
        assertThat(endpoint(exact).difference(endpoint(exact))).isNull();
    }

    @Test
    void firstPriceFailureWhenItFailsOftenThenToldOnce() {
        RegisteredEndpoint endpoint = endpoint(offer(null));
        assertThat(endpoint.firstPriceFailure()).isTrue();
        assertThat(endpoint.firstPriceFailure()).isFalse();
        assertThat(endpoint(offer(null)).firstPriceFailure()).isTrue();
    }

    @Test
    void equalsWhenAnotherEndpointHasTheSameTermsThenFalse() {
        OfferSource offer = offer(Price.parse("$1"));
        assertThat(endpoint(offer)).isNotEqualTo(endpoint(offer));
    }

    @Test
    void offersWhenListChangesAfterwardsThenUntouched() {
        List<OfferSource> offers = new ArrayList<>(List.of(offer(null)));
        RegisteredEndpoint endpoint = new RegisteredEndpoint(TestEndpoints.definition(PaymentFlow.AUTHORIZATION),
                "reports.report", offers, false);
        offers.clear();
        assertThat(endpoint.offers()).hasSize(1);
    }

    private static RegisteredEndpoint endpoint(OfferSource... offers) {
        return TestEndpoints.registered(offers);
    }

    private static OfferSource offer(@Nullable Price price) {
        return TestEndpoints.offer(price, null, ListedExtra.NONE);
    }

}

package io.github.x402spring.autoconfigure.actuate;

import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.info.Info;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.SellerFixture;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402InfoContributorTests {

    private final SellerFixture seller = new SellerFixture();

    @Test
    void contributeWhenEndpointsShareANetworkThenItIsNamedOnceAndInOrder() {
        this.seller.endpoints
            .add(SellerFixture.listing("chart", "", PaymentFlow.AUTHORIZATION, SellerFixture.NETWORK, true));
        Map<String, Object> details = details();
        assertThat(details).containsEntry("paidEndpoints", 3)
            .containsEntry("facilitator", "http")
            .containsEntry("ledger", "memory")
            .containsEntry("accepting", true);
        assertThat(details).extractingByKey("networks", InstanceOfAssertFactories.ITERABLE)
            .containsExactly("eip155:8453", "eip155:84532");
    }

    @Test
    void contributeWhenPaymentsAreOffThenSaysSo() {
        this.seller.intake.accept(false);
        assertThat(details()).containsEntry("accepting", false);
    }

    @Test
    void contributeWhenAnybodyReadsThenNamesNoAddressAndNoPolicy() {
        this.seller.settle(1, "ann");
        assertThat(details().toString()).doesNotContain(SellerFixture.PAY_TO, SellerFixture.USDC, "BUYER", "ann");
    }

    @Test
    void contributeWhenNothingIsForSaleThenNamesNoNetwork() {
        this.seller.endpoints.clear();
        assertThat(details()).containsEntry("paidEndpoints", 0)
            .extractingByKey("networks", InstanceOfAssertFactories.ITERABLE)
            .isEmpty();
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> details() {
        Info.Builder builder = new Info.Builder();
        new X402InfoContributor(this.seller.sellerSources()).contribute(builder);
        return (Map<String, Object>) builder.build().getDetails().get("x402");
    }

}

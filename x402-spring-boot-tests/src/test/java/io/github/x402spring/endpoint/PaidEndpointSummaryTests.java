package io.github.x402spring.endpoint;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.endpoint.RegisteredEndpoint.Mapping;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class PaidEndpointSummaryTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final AssetRegistry ASSETS = new AssetRegistry(List.of());

    @Test
    void listWhenOneEndpointHasSeveralMappingsThenListedOnceWithAll() {
        RegisteredEndpoint report = endpoint("report", null, Price.parse("$0.01"));
        List<PaidEndpointListing> listings = PaidEndpointSummary.list(
                List.of(mapping(report, "/b"), mapping(endpoint("alpha", null, null), "/c"), mapping(report, "/a")),
                "rule");
        assertThat(listings).extracting((listing) -> listing.definition().name()).containsExactly("alpha", "report");
        assertThat(listings.get(1).mappings()).hasSize(2).first().asString().contains("/b");
    }

    @Test
    void listWhenPriceIsComputedThenSaysSo() {
        assertThat(terms(null)).isEqualTo("a computed price");
        assertThat(terms(Price.parse("$0.01"))).isEqualTo("0.01 USDC");
        assertThat(terms(Price.parse("0.00000001 EURC"))).isEqualTo("0.00000001 EURC");
    }

    @Test
    void listWhenEndpointHasNoRuleThenTheDefault() {
        PaidEndpointListing own = PaidEndpointSummary
            .list(List.of(mapping(endpoint("report", "hasRole('A')", null), "/a")), "denyAll")
            .get(0);
        PaidEndpointListing none = PaidEndpointSummary
            .list(List.of(mapping(endpoint("report", null, null), "/a")), "denyAll")
            .get(0);
        assertThat(own.policy()).isEqualTo("hasRole('A')");
        assertThat(own.defaultPolicy()).isFalse();
        assertThat(none.policy()).isEqualTo("denyAll");
        assertThat(none.defaultPolicy()).isTrue();
    }

    @Test
    void logWhenNothingIsForSaleThenSilent(CapturedOutput output) {
        PaidEndpointSummary.log(List.of(), settings(null));
        assertThat(output).doesNotContain("x402.resource-base-url");
    }

    @Test
    void logWhenOriginIsNotConfiguredThenWarns(CapturedOutput output) {
        List<Mapping> mappings = List.of(mapping(endpoint("report", null, Price.parse("$0.01")), "/a"));
        PaidEndpointSummary.log(mappings, settings("https://api.example.com"));
        assertThat(output).contains("costs 0.01 USDC on eip155:84532, policy default (permitAll), flow authorization")
            .doesNotContain("x402.resource-base-url");
        PaidEndpointSummary.log(mappings, settings(null));
        assertThat(output).contains("x402.resource-base-url is not set");
    }

    private static String terms(@Nullable Price price) {
        return PaidEndpointSummary.list(List.of(mapping(endpoint("report", null, price), "/a")), "rule")
            .get(0)
            .terms()
            .get(0)
            .price();
    }

    private static Mapping mapping(RegisteredEndpoint endpoint, String path) {
        return new Mapping(endpoint, "{GET [" + path + "]}", Set.of(path), Set.of("GET"));
    }

    private static RegisteredEndpoint endpoint(String name, @Nullable String authorize, @Nullable Price price) {
        return new RegisteredEndpoint(
                new PaidEndpointDefinition(name, "", "", authorize, PaymentFlow.AUTHORIZATION, false), "reports.report",
                List.of(new OfferSource("exact", NETWORK, ASSETS.find(NETWORK, "USDC").orElseThrow(), "0xB", 300, price,
                        null, PaymentFlow.AUTHORIZATION, ASSETS, ListedExtra.NONE)),
                false);
    }

    private static PaidEndpointSettings settings(@Nullable String origin) {
        return new PaidEndpointSettings(new PaidEndpointSettings.Offer(null, null, null, null, null, null), Map.of(),
                origin, "permitAll", "", PaymentIdentifierMode.OPTIONAL);
    }

}

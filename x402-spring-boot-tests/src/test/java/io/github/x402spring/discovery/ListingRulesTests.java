package io.github.x402spring.discovery;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.exchange.PaidEndpointDefinition;

import static org.assertj.core.api.Assertions.assertThat;

class ListingRulesTests {

    @Test
    void examineWhenAllIsStatedThenFindsNothing() {
        assertThat(ListingRules.examine(TestOperations.SERVICE,
                List.of(TestOperations.operation("GET", "/a", TestOperations.fixed(1)))))
            .isEmpty();
    }

    @Test
    void examineWhenSchemasAreMissingThenNamesProperties() {
        PaidOperation operation = TestOperations.operation("POST", "/a", List.of(), null,
                new Content("application/json", Map.of(), null), TestOperations.fixed(1));
        assertThat(findings(operation))
            .isEqualTo("no output schema, no input schema | declare what the handler returns, "
                    + "or set x402.discovery.endpoints.report.output-schema; declare the body, or set "
                    + "x402.discovery.endpoints.report.input-schema");
    }

    @Test
    void examineWhenDescriptionAndBoundsAreMissingThenNamesProperties() {
        PaidOperation operation = new PaidOperation(
                new PaidEndpointDefinition("raw", "", "", null, PaymentFlow.AUTHORIZATION, false), "GET", "/raw",
                List.of(), null, new Content("text/plain", Map.of("type", "string"), null),
                List.of(TestOperations.computed(null, "1")), false, List.of("406 in place of terms"));
        assertThat(findings(operation))
            .isEqualTo("no description, a computed price without bounds, 406 in place of terms | set "
                    + "x402.endpoints.raw.description; set x402.discovery.endpoints.raw.min-price and .max-price; relax "
                    + "the mapping, so that terms come first");
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://api.example.com", "https://localhost", "https://127.0.0.1:8443/a",
            "https://[::1]:1", "https://printer.local" })
    void examineWhenOriginIsNotPublicThenNamesProperty(String origin) {
        assertThat(service(origin, "Pay.", Map.of("url", "https://example.com")))
            .isEqualTo("no public https address | set x402.resource-base-url");
    }

    @Test
    void examineWhenServiceIsHardlyDescribedThenNamesProperties() {
        assertThat(service("https://local.example.com", "x".repeat(4001), Map.of("name", "a")))
            .isEqualTo("no contact, guidance of more than 4,000 characters | set x402.discovery.contact.email or .url; "
                    + "shorten x402.discovery.guidance");
    }

    @Test
    void examineWhenOperationsAreManyThenSaysSo() {
        List<PaidOperation> operations = Stream.generate(() -> TestOperations.operation("GET", "/a"))
            .limit(41)
            .toList();
        assertThat(ListingRules.examine(TestOperations.SERVICE, operations)).last()
            .extracting(ListingFinding::problem)
            .isEqualTo("more than 40 operations");
    }

    private static String service(String origin, String guidance, Map<String, String> contact) {
        return text(ListingRules.examine(
                new DiscoveryCatalog.Service("a", "1", "", origin, guidance, contact, List.of(), Map.of(), Map.of()),
                List.of()));
    }

    private static String findings(PaidOperation operation) {
        return text(ListingRules.examine(TestOperations.SERVICE, List.of(operation)));
    }

    private static String text(List<ListingFinding> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0).problem() + " | " + findings.get(0).remedy();
    }

}

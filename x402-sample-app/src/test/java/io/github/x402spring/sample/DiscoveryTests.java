package io.github.x402spring.sample;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Documents of the shop, as the prober of registries and buyers read them.
 */
class DiscoveryTests {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static RunningShop shop;

    private static JsonNode document;

    @BeforeAll
    static void openShop() throws Exception {
        shop = RunningShop.open();
        document = JSON.readTree(get("/openapi.json").body());
    }

    @AfterAll
    static void closeShop() {
        if (shop != null) {
            shop.close();
        }
    }

    @Test
    void proberWhenItDiscoversAndChecksThenFindsNothing() throws Exception {
        NodeScript.assumeInstalled("@agentcash/discovery");
        JsonNode found = NodeScript.run("discovery.mjs", shop.origin(), "/quote", "/forecast/lisbon", "/archive",
                "/map", "/word-count", "/ticks");
        assertThat(found.path("discovered").path("ok").asBoolean()).isTrue();
        assertThat(found.path("discovered").path("resources")).hasSize(document.path("paths").size());
        assertThat(found.path("discovered").path("warnings")).as("findings of discover").isEmpty();
        assertThat(found.path("checked")).hasSize(6).allSatisfy((check) -> {
            assertThat(check.path("found").asBoolean()).isTrue();
            assertThat(check.path("warnings")).as(check.path("url").asString()).isEmpty();
        });
    }

    @TestFactory
    Collection<DynamicTest> documentedPriceWhenComparedWithTermsThenEqual() {
        List<DynamicTest> tests = new ArrayList<>();
        document.path("paths")
            .properties()
            .forEach((path) -> path.getValue()
                .properties()
                .forEach((operation) -> tests.add(DynamicTest.dynamicTest(operation.getKey() + " " + path.getKey(),
                        () -> assertPrice(operation.getKey(), path.getKey(),
                                operation.getValue().path("x-payment-info"))))));
        assertThat(tests).hasSizeGreaterThanOrEqualTo(9);
        return tests;
    }

    private static void assertPrice(String method, String path, JsonNode info) throws Exception {
        PaymentRequired terms = terms(method, path.replaceAll("\\{[^}]*}", "x"));
        JsonNode price = info.path("price");
        assertThat(info.path("offers")).hasSameSizeAs(terms.accepts());
        for (int i = 0; i < terms.accepts().size(); i++) {
            PaymentRequirements accept = terms.accepts().get(i);
            JsonNode offer = info.path("offers").path(i);
            BigInteger amount = accept.amount().value();
            BigDecimal dollars = new BigDecimal(amount).movePointLeft(6);
            assertThat(offer.path("currency").asString()).isEqualTo(accept.asset());
            if ("fixed".equals(price.path("mode").asString())) {
                assertThat(price.path("amount").asString()).isEqualTo(dollars.stripTrailingZeros().toPlainString());
            }
            else {
                assertThat(dollars).isBetween(new BigDecimal(price.path("min").asString()),
                        new BigDecimal(price.path("max").asString()));
            }
            if (!offer.path("amount").isNull()) {
                assertThat(offer.path("amount").asString()).isEqualTo(amount.toString());
            }
        }
    }

    @Test
    void openApiWhenReadByAnyoneThenShowsPaidOperationsAlone() {
        assertThat(document.path("paths").propertyNames()).contains("/quote", "/forecast/{city}", "/word-count")
            .doesNotContain("/plans/{city}");
        JsonNode count = document.at("/paths/~1word-count/post");
        assertThat(count.at("/requestBody/content/application~1json/schema/properties/text/type").asString())
            .isEqualTo("string");
        assertThat(count.at("/responses/200/content/application~1json/schema/properties/words/type").asString())
            .isEqualTo("integer");
        assertThat(count.path("security")).isEmpty();
        assertThat(document.at("/paths/~1wholesale/get/security/0/basic").isArray()).isTrue();
        assertThat(document.at("/components/securitySchemes/basic/scheme").asString()).isEqualTo("basic");
    }

    @Test
    void llmsTextWhenReadThenStatesPrices() throws Exception {
        assertThat(get("/llms.txt").body()).startsWith("# x402 sample shop")
            .contains("- `GET /quote`: One gold quote, for $0.01\n")
            .contains("- `GET /archive`: Pages of the archive, for $0.001 to $0.05\n");
    }

    @Test
    void documentWhenUnchangedThenIsNotSentAgain() throws Exception {
        HttpResponse<String> first = get("/openapi.json");
        assertThat(first.headers().firstValue("Cache-Control")).contains("public, max-age=60");
        HttpResponse<String> second = get("/openapi.json", "If-None-Match",
                first.headers().firstValue("ETag").orElseThrow());
        assertThat(second.statusCode()).isEqualTo(304);
    }

    @Test
    void wellKnownWhenNotTurnedOnThenIsClosed() throws Exception {
        assertThat(get("/.well-known/x402").statusCode()).isEqualTo(401);
    }

    @Test
    void termsWhenPathHasVariablesThenDeclareThem() throws Exception {
        Map<String, Object> bazaar = bazaar(terms("get", "/forecast/lisbon"));
        assertThat(JSON.valueToTree(bazaar).at("/info/input/pathParams/city").asString()).isEqualTo("lisbon");
        assertThat(bazaar).containsEntry("routeTemplate", "/forecast/:city");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> bazaar(PaymentRequired terms) {
        return (Map<String, Object>) terms.extensions().get("bazaar");
    }

    private static PaymentRequired terms(String method, String path) throws Exception {
        HttpResponse<String> response = CLIENT.send(HttpRequest.newBuilder(URI.create(shop.origin() + path))
            .method(method.toUpperCase(Locale.ROOT), HttpRequest.BodyPublishers.noBody())
            .build(), HttpResponse.BodyHandlers.ofString());
        return new PaymentHeaderCodec(64 * 1024)
            .decodePaymentRequired(response.headers().firstValue("PAYMENT-REQUIRED").orElseThrow())
            .orElseThrow();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(shop.origin() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

}

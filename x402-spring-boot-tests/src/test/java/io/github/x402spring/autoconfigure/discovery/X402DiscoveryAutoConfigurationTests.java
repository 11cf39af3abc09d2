package io.github.x402spring.autoconfigure.discovery;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.webmvc.X402Functions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Documents of an application with all kinds of prices, behind the starter's filter
 * chain.
 */
@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class X402DiscoveryAutoConfigurationTests {

    private PaidApp app;

    private JsonNode document;

    private String log;

    @BeforeAll
    void start(CapturedOutput output) {
        this.app = PaidApp.start(Prices.class, "x402.discovery.well-known=true", "server.servlet.context-path=/shop",
                "x402.resource-base-url=https://api.example.com/v1", "x402.discovery.icon=/icon.png", "x402.asset=USDC",
                "x402.endpoints.several.accepts[0].price=$0.02", "x402.endpoints.several.accepts[1].price=$0.030",
                "x402.endpoints.several.accepts[1].network=base", "x402.endpoints.token.asset=TKN",
                "x402.assets.TKN.network=base-sepolia", "x402.assets.TKN.name=Token", "x402.assets.TKN.decimals=18",
                "x402.assets.TKN.address=0x0000000000000000000000000000000000000bad",
                "x402.discovery.endpoints.bounded.min-price=$0.01", "x402.discovery.endpoints.bounded.max-price=$0.05",
                "x402.discovery.endpoints.route.output-schema={\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}",
                "x402.discovery.endpoints.route.output-example={\"a\":\"b\"}",
                "x402.discovery.endpoints.route.input-schema={\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"}},\"required\":[\"q\"]}");
        this.log = output.getAll();
        this.document = this.app.http().get("/shop/openapi.json").json();
    }

    @AfterAll
    void stop() {
        this.app.close();
    }

    @ParameterizedTest
    @CsvSource({ "/fixed, fixed, 0.01, 0.01", "/whole, fixed, 10, 10", "/tiny, fixed, 0.000001, 0.000001",
            "/several, dynamic, 0.02, 0.03", "/bounded, dynamic, 0.01, 0.05", "/unbounded, dynamic, , ",
            "/items/{id}, fixed, 0.002, 0.002", "/token, dynamic, , ", "/route, fixed, 0.5, 0.5" })
    void documentedPriceWhenComparedWithTermsThenEqual(String path, String mode, BigDecimal low, BigDecimal high) {
        JsonNode info = operation(path).path("x-payment-info");
        JsonNode price = info.path("price");
        List<PaymentRequirements> accepts = PaidApp.challenge(this.app.http().get("/shop" + path.replace("{id}", "7")))
            .accepts();
        assertThat(price.path("mode").asString()).isEqualTo(mode);
        assertThat(price.path("amount").asString(null)).isEqualTo("fixed".equals(mode) ? low.toPlainString() : null);
        assertThat(price.path("min").asString(null))
            .isEqualTo("fixed".equals(mode) || low == null ? null : low.toPlainString());
        assertThat(price.path("max").asString(null))
            .isEqualTo("fixed".equals(mode) || high == null ? null : high.toPlainString());
        assertThat(info.path("offers")).hasSameSizeAs(accepts);
        for (int i = 0; i < accepts.size(); i++) {
            BigDecimal dollars = new BigDecimal(accepts.get(i).amount().value()).movePointLeft(6);
            if (low != null) {
                assertThat(dollars).isBetween(low, high);
            }
            String amount = info.path("offers").path(i).path("amount").asString(null);
            assertThat(amount).isIn(null, accepts.get(i).amount().value().toString());
            assertThat(amount != null).isEqualTo(!path.endsWith("bounded"));
        }
    }

    @Test
    void openApiWhenHandlerHasParametersThenDescribesThem() {
        JsonNode parameters = operation("/items/{id}").path("parameters");
        assertThat(parameters.valueStream()
            .map((parameter) -> parameter.path("in").asString("") + " " + parameter.path("name").asString("") + " "
                    + parameter.path("required").asBoolean(false) + " "
                    + parameter.path("schema").path("type").asString("")))
            .containsExactly("path id true integer", "query lang true string", "query page false integer",
                    "query tags false array", "header X-Trace false string", "  false ");
        assertThat(parameters.at("/2/schema/default").asInt()).isEqualTo(2);
        assertThat(operation("/items/{id}").at("/responses/200/content/application~1json/schema/properties/id/type")
            .asString()).isEqualTo("integer");
    }

    @Test
    void openApiWhenHandlerReadsBodyThenDescribesIt() {
        JsonNode operation = this.document.path("paths").path("/shop/orders").path("post");
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        assertThat(schema.at("/properties/sizes/items/enum/1").asString()).isEqualTo("LARGE");
        assertThat(schema.at("/properties/parent/type").asString()).isEqualTo("object");
        assertThat(operation.at("/responses/200/content/application~1json/schema/additionalProperties/type").asString())
            .isEqualTo("number");
    }

    @Test
    void openApiWhenSettingsStateSchemasThenHasThem() {
        JsonNode operation = operation("/route");
        assertThat(operation.at("/parameters/0/name").asString()).isEqualTo("q");
        assertThat(operation.at("/responses/200/content/application~1json/example/a").asString()).isEqualTo("b");
    }

    @Test
    void openApiWhenServiceIsBehindProxyThenNamesPublicAddress() {
        assertThat(this.document.at("/servers/0/url").asString()).isEqualTo("https://api.example.com/v1");
        assertThat(this.document.at("/x-service-info/docs/llms").asString())
            .isEqualTo("https://api.example.com/v1/shop/llms.txt");
    }

    @Test
    void termsWhenUnpaidThenDeclareCall() {
        Answer answer = this.app.http().get("/shop/items/7");
        Map<String, Object> extension = extension(answer);
        assertThat(extension).containsEntry("routeTemplate", "/v1/shop/items/:id");
        assertThat(extension.get("info").toString()).contains("pathParams={id=7}", "lang=string", "page=2");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> extension(Answer answer) {
        return (Map<String, Object>) PaidApp.challenge(answer).extensions().get("bazaar");
    }

    @Test
    void wellKnownWhenTurnedOnThenNamesLiteralAddresses() {
        JsonNode found = this.app.http().get("/shop/.well-known/x402").json();
        assertThat(found.path("resources").valueStream().map(JsonNode::asString))
            .contains("https://api.example.com/v1/shop/fixed")
            .noneMatch((address) -> address.contains("{"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/shop/openapi.json", "/shop/llms.txt", "/shop/.well-known/x402" })
    void documentWhenReadByAnyoneThenOpen(String path) {
        Answer answer = this.app.http().get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(this.app.http().get(path, "If-None-Match: " + answer.header("ETag")).status()).isEqualTo(304);
        assertThat(this.app.http().send("HEAD", path, null).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({ "GET, /shop/free", "GET, /shop/openapi.json;v=1", "GET, /shop/openapi.jsonx",
            "POST, /shop/openapi.json", "GET, /openapi.json", "GET, /shop/%6fpenapi.json" })
    void otherRequestWhenSentByAnyoneThenStaysClosed(String method, String path) {
        assertThat(this.app.http().send(method, path, null).status()).isIn(400, 401, 403, 404);
    }

    @Test
    void iconWhenConfiguredThenOpen() {
        assertThat(this.app.http().get("/shop/icon.png").text()).isEqualTo("icon");
        assertThat(this.app.http().get("/shop/icon.jpg").status()).isEqualTo(401);
    }

    @Test
    void startWhenRegistriesWouldObjectThenNamesRemedies() {
        assertThat(this.log).contains(
                "Registries would object to GET /shop/unbounded: no description, a computed price without bounds",
                "Remedy: set x402.endpoints.unbounded.description; set x402.discovery.endpoints.unbounded.min-price",
                "GET /shop/token: no description, a price that is not in dollars",
                "GET /shop/picky: no description, 400 in place of terms", "all operations: no contact")
            .doesNotContain("GET /shop/fixed:");
    }

    @Test
    void priceWhenOutsideOfItsBoundsThenLoggedOnce(CapturedOutput output) {
        this.app.http().get("/shop/bounded?n=9");
        this.app.http().get("/shop/bounded?n=8");
        assertThat(output.getAll().split("is outside of the bounds that its documents state", -1)).hasSize(2);
    }

    @Test
    void documentsWhenTurnedOffOrServedByApplicationThenNotOpen() {
        try (PaidApp off = PaidApp.start(Own.class, "x402.discovery.enabled=false")) {
            assertThat(off.http().get("/llms.txt").status()).isEqualTo(401);
            assertThat(PaidApp.challenge(off.http().get("/sold")).extensions()).doesNotContainKey("bazaar");
        }
        try (PaidApp own = PaidApp.start(Own.class, "x402.discovery.well-known=true")) {
            assertThat(own.http().get("/openapi.json").status()).isEqualTo(401);
            assertThat(own.http().get("/.well-known/x402").status()).isEqualTo(401);
            assertThat(own.http().get("/llms.txt").status()).isEqualTo(200);
        }
    }

    private JsonNode operation(String path) {
        return this.document.path("paths").path("/shop" + path).path("get");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Prices {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        PricedController pricedController() {
            return new PricedController();
        }

        @Bean
        RouterFunction<ServerResponse> route() {
            return RouterFunctions.route()
                .GET("/route", (request) -> ServerResponse.ok().body("route"))
                .filter(X402Functions.paid("route", (endpoint) -> endpoint.price("$0.50").authorize("permitAll")))
                .build();
        }

    }

    @RestController
    static class PricedController {

        @GetMapping("/fixed")
        @PaidEndpoint(value = "fixed", price = "$0.010", authorize = "permitAll", description = "Fixed")
        String fixed() {
            return "";
        }

        @GetMapping("/whole")
        @PaidEndpoint(value = "whole", price = "10 USDC", authorize = "permitAll", description = "Whole")
        String whole() {
            return "";
        }

        @GetMapping("/tiny")
        @PaidEndpoint(value = "tiny", price = "0.000001", authorize = "permitAll", description = "Tiny")
        Optional<String> tiny() {
            return Optional.empty();
        }

        @GetMapping("/several")
        @PaidEndpoint(value = "several", authorize = "permitAll", description = "Several")
        ResponseEntity<Item> several() {
            return ResponseEntity.ok().build();
        }

        @GetMapping("/bounded")
        @PaidEndpoint(value = "bounded", price = "#{usd('0.01') * number(param('n'), '1')}", authorize = "permitAll")
        Item bounded() {
            return new Item(1, null);
        }

        @GetMapping("/unbounded")
        @PaidEndpoint(value = "unbounded", price = "#{usd('0.01')}", authorize = "permitAll")
        Item unbounded() {
            return new Item(1, null);
        }

        @GetMapping("/token")
        @PaidEndpoint(value = "token", price = "1", authorize = "permitAll")
        Item token() {
            return new Item(1, null);
        }

        @GetMapping(path = "/picky", params = "kind=a")
        @PaidEndpoint(value = "picky", price = "$1", authorize = "permitAll")
        Item picky() {
            return new Item(1, null);
        }

        @GetMapping("/items/{id:\\d+}")
        @PaidEndpoint(value = "item", price = "$0.002", authorize = "permitAll", description = "Item")
        Item item(@PathVariable long id, @RequestParam String lang, @RequestParam(defaultValue = "2") int page,
                @RequestParam Optional<List<String>> tags,
                @RequestHeader(name = "X-Trace", required = false) String trace, VerifiedPayment payment) {
            return new Item(id, lang);
        }

        @PostMapping("/orders")
        @PaidEndpoint(value = "order", price = "$0.1", authorize = "permitAll", description = "Order")
        Map<String, BigDecimal> order(@RequestBody Order order) {
            return Map.of();
        }

        @GetMapping("/icon.png")
        String icon() {
            return "icon";
        }

        @GetMapping("/free")
        List<String> free() {
            return Arrays.asList("free");
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Own {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        OwnController ownController() {
            return new OwnController();
        }

        @Bean
        ServletRegistrationBean<HttpServlet> ownServlet() {
            return new ServletRegistrationBean<>(new HttpServlet() {

                @Override
                protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                    response.getWriter().write("own");
                }

            }, "/.well-known/x402");
        }

    }

    @RestController
    static class OwnController {

        @GetMapping("/openapi.json")
        String own() {
            return "own";
        }

        @GetMapping("/{anything}")
        String anything() {
            return "anything";
        }

        @GetMapping("/sold")
        @PaidEndpoint(value = "sold", price = "$0.01", authorize = "permitAll")
        String sold() {
            return "sold";
        }

    }

    record Item(long id, String name) {
    }

    enum Size {

        SMALL, LARGE

    }

    record Order(List<Size> sizes, Order parent) {
    }

}

package io.github.x402spring.autoconfigure.webmvc;

import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.asset.Price;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.endpoint.InvalidPriceRequestException;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class PaidEndpointTermsTests {

    private static final String OTHER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withUserConfiguration(Weather.class)
        .withPropertyValues("x402.resource-base-url=https://api.example.com/");

    @Test
    void termsWhenAnnotatedThenOfAnnotation() {
        this.runner.run((context) -> {
            PaymentRequired terms = terms(context, "/weather");
            PaymentRequirements offer = terms.accepts().get(0);

            assertThat(terms.resource().url()).isEqualTo("https://api.example.com/weather");
            assertThat(terms.resource().description()).isEqualTo("A forecast");
            assertThat(terms.resource().mimeType()).isEqualTo("text/plain");
            assertThat(offer.amount()).hasToString("10000");
            assertThat(offer.payTo()).isEqualTo(PaidApplication.PAY_TO);
            assertThat(offer.network()).isEqualTo(Network.parse("base-sepolia"));
            assertThat(offer.maxTimeoutSeconds()).isEqualTo(60);
            assertThat(offer.extra()).doesNotContainKey("paymentFlow");
        });
    }

    @Test
    void termsWhenConfiguredThenEachFieldOverridesAnnotation() {
        this.runner
            .withPropertyValues("x402.endpoints.weather.price=$0.02", "x402.endpoints.weather.network=sei-testnet",
                    "x402.endpoints.weather.asset=USDC", "x402.endpoints.weather.pay-to=" + OTHER,
                    "x402.endpoints.weather.max-timeout=90s", "x402.endpoints.weather.description=Better",
                    "x402.endpoints.weather.mime-type=application/json", "x402.endpoints.weather.flow=upfront",
                    "x402.endpoints.weather.authorize=hasRole('USER')")
            .run((context) -> {
                PaymentRequired terms = terms(context, "/weather");
                PaymentRequirements offer = terms.accepts().get(0);

                assertThat(terms.resource().description()).isEqualTo("Better");
                assertThat(terms.resource().mimeType()).isEqualTo("application/json");
                assertThat(offer.amount()).hasToString("20000");
                assertThat(offer.payTo()).isEqualTo(OTHER);
                assertThat(offer.network()).isEqualTo(Network.parse("eip155:1328"));
                assertThat(offer.asset()).isEqualTo("0x4fCF1784B31630811181f670Aea7A7bEF803eaED");
                assertThat(offer.maxTimeoutSeconds()).isEqualTo(90);
                assertThat(offer.extra()).containsEntry("paymentFlow", "upfront");
                assertThat(get(context, "/weather")).headers().containsHeader("WWW-Authenticate");
            });
    }

    @ParameterizedTest
    @CsvSource({ "price=$0.02,10000,20000", "description=Better,10000,10000" })
    void termsWhenOneFieldIsConfiguredThenOthersStayWithAnnotation(String property, String before, String after) {
        this.runner.run((context) -> assertThat(amount(context, "/weather")).isEqualTo(before));
        this.runner.withPropertyValues("x402.endpoints.weather." + property).run((context) -> {
            assertThat(amount(context, "/weather")).isEqualTo(after);
            assertThat(terms(context, "/weather").resource().mimeType()).isEqualTo("text/plain");
        });
    }

    @Test
    void termsWhenSeveralWaysToPayThenInOrderAndCompleted() {
        this.runner
            .withPropertyValues("x402.endpoints.weather.price=$3",
                    "x402.endpoints.weather.accepts[0].network=sei-testnet",
                    "x402.endpoints.weather.accepts[1].price=$2", "x402.endpoints.weather.accepts[1].pay-to=" + OTHER,
                    "x402.endpoints.weather.accepts[2].network=eip155:2201")
            .run((context) -> assertThat(terms(context, "/weather").accepts())
                .extracting((offer) -> offer.network() + " " + offer.amount() + " " + offer.payTo())
                .containsExactly("eip155:1328 3000000 " + PaidApplication.PAY_TO, "eip155:84532 2000000 " + OTHER,
                        "eip155:2201 3000000 " + PaidApplication.PAY_TO));
    }

    @Test
    void termsWhenUpfrontOrNotThenResourceIsInExtra() {
        this.runner.run((context) -> assertThat(terms(context, "/weather").accepts().get(0).extra())
            .containsEntry("resource", "https://api.example.com/weather"));
    }

    @Test
    void priceWhenPlaceholderThenResolved() {
        this.runner.withPropertyValues("prices.placeholder=$0.07")
            .run((context) -> assertThat(amount(context, "/placeholder")).isEqualTo("70000"));
    }

    @Test
    void priceWhenPlaceholderHasDefaultThenDefault() {
        this.runner.run((context) -> assertThat(amount(context, "/placeholder")).isEqualTo("30000"));
    }

    @ParameterizedTest
    @CsvSource({ "/rooms/suite,500000", "/rooms/single,100000", "/pages,10000", "/pages?pages=5,50000",
            "/pages?p%61ges=3,30000", "/whole?n=2,2000000" })
    void priceWhenExpressionThenComputedFromRequest(String path, String amount) {
        this.runner.run((context) -> assertThat(amount(context, path)).isEqualTo(amount));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/pages?pages=T(java.lang.System).exit(1)", "/pages?pages=%23%7B1%7D", "/pages?pages=-1",
            "/pages?pages=1e3", "/pages?pages=0", "/pages?pages=0.0000000000000001", "/pages?pages=9999999999999999999",
            "/pages?pages=", "/pages?pages=%D9%A1", "/pages?pages=1;2", "/pages?pages=2&pages=9",
            "/pages?pages=1000&%70ages=1", "/pages?pages=1&pages=1", "/pages?pages=%C3", "/pages?pages=1&=2",
            "/share?parts=0", "/rooms-of/x", "/rooms-of/0", "/token?t=DOGE", "/nothing", "/length", "/length?name=" })
    void priceWhenTheCallersInputBreaksItThenTheCallersError(String path, CapturedOutput output) {
        this.runner.run((context) -> {
            MvcTestResult result = get(context, path);
            assertThat(result).hasStatus(400)
                .headers()
                .doesNotContainHeader("PAYMENT-REQUIRED")
                .doesNotContainHeader("Retry-After");
            assertThat(result).bodyJson().extractingPath("$.context.reason").isEqualTo("request_invalid");
            assertThat(result).bodyJson().extractingPath("$.advice.retry_with").isEqualTo("never");
            assertThat(output.getOut()).doesNotContain("could not be computed");
        });
    }

    @ParameterizedTest
    @CsvSource({ "/invalid,400", "/broken,503", "/zero-price,503" })
    void priceWhenAResolverFailsThenItsExceptionDecides(String path, int status) {
        this.runner.withUserConfiguration(ThrowingResolver.class, Resolved.class)
            .run((context) -> assertThat(get(context, path)).hasStatus(status));
    }

    @ParameterizedTest
    @CsvSource({ "/list?pages=1&pages=2&p%61ges=3,60000", "/list?pages=7,70000", "/list,0.01" })
    void priceWhenAResolverAsksForTheListThenAllValues(String path, String amount) {
        this.runner.withUserConfiguration(SummingResolver.class, Resolved.class)
            .run((context) -> assertThat(amount(context, path)).isEqualTo(amount.replace("0.01", "10000")));
    }

    @Test
    void priceWhenAResolverAsksForOneValueOfTwoThenTheCallersError() {
        this.runner.withUserConfiguration(SingleResolver.class, Resolved.class).run((context) -> {
            assertThat(amount(context, "/list?pages=4")).isEqualTo("4000000");
            assertThat(get(context, "/list?pages=4&pages=4")).hasStatus(400);
        });
    }

    @Test
    void startWhenARequestWithoutParametersHasNoPriceThenWarned(CapturedOutput output) {
        this.runner.run((context) -> assertThat(output.getOut()
            .lines()
            .filter((line) -> line.contains("cannot be computed for a request without parameters"))
            .map((line) -> line.replaceFirst(".* of endpoint '", "").replaceFirst("'.*", "")))
            .containsExactlyInAnyOrder("double", "nothing", "zero", "negative", "tiny", "share", "length"));
    }

    @Test
    void priceWhenParameterIsHostileTextThenItIsData() {
        this.runner.run((context) -> assertThat(amount(context, "/rooms/{type}", "T(java.lang.System).exit(1)"))
            .isEqualTo("100000"));
    }

    @Test
    void priceWhenExpressionGivesDoubleThenRefusedAndRemedyIsLogged(CapturedOutput output) {
        this.runner.run((context) -> {
            assertThat(get(context, "/double")).hasStatus(503);
            assertThat(output.getOut()).contains("The price of endpoint 'double' could not be computed", "usd('0.01')");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "/zero", "/negative", "/tiny" })
    void priceWhenExpressionGivesNoPriceThenNothingIsDelivered(String path) {
        this.runner.run((context) -> assertThat(get(context, path)).hasStatus(503));
    }

    @Test
    void priceWhenResolverAnswersThenItWinsOverConfigurationAndAnnotation() {
        this.runner.withUserConfiguration(Resolver.class)
            .withPropertyValues("x402.endpoints.weather.price=$0.02")
            .run((context) -> assertThat(amount(context, "/weather?vip=yes")).isEqualTo("9000000"));
    }

    @Test
    void priceWhenResolverIsSilentThenConfigurationWinsOverAnnotation() {
        this.runner.withUserConfiguration(Resolver.class).run((context) -> {
            assertThat(amount(context, "/weather")).isEqualTo("10000");
            assertThat(amount(context, "/pages?pages=5")).isEqualTo("50000");
        });
        this.runner.withUserConfiguration(Resolver.class)
            .withPropertyValues("x402.endpoints.weather.price=$0.02")
            .run((context) -> assertThat(amount(context, "/weather")).isEqualTo("20000"));
    }

    @Test
    void priceWhenOnlyResolverStatesItThenEndpointMayBeUnpriced() {
        this.runner.withUserConfiguration(Resolver.class, Unpriced.class).run((context) -> {
            assertThat(amount(context, "/unpriced?vip=yes")).isEqualTo("9000000");
            assertThat(get(context, "/unpriced")).hasStatus(503);
        });
    }

    @Test
    void priceWhenResolverFailsThenNothingIsDelivered(CapturedOutput output) {
        this.runner.withUserConfiguration(FailingResolver.class).run((context) -> {
            assertThat(get(context, "/weather")).hasStatus(503);
            assertThat(output.getOut()).contains("could not be computed: java.lang.IllegalStateException")
                .doesNotContain("hunter2");
        });
    }

    @Test
    void priceWhenResolverIsAskedThenItSeesPathAndQuery() {
        this.runner.withUserConfiguration(EchoingResolver.class)
            .run((context) -> assertThat(amount(context, "/rooms/17?nights=3")).isEqualTo("17000003"));
    }

    private static String amount(ApplicationContext context, String path, Object... variables) {
        return terms(context, path, variables).accepts().get(0).amount().toString();
    }

    private static PaymentRequired terms(ApplicationContext context, String path, Object... variables) {
        MvcTestResult result = get(context, path, variables);
        assertThat(result).hasStatus(402);
        return Challenges.terms(result.getResponse());
    }

    private static MvcTestResult get(ApplicationContext context, String path, Object... variables) {
        MockMvcTester mvc = MockMvcTester.from((WebApplicationContext) context);
        return (variables.length > 0) ? mvc.get().uri(path, variables).exchange()
                : mvc.get().uri(URI.create(path)).exchange();
    }

    @RestController
    static class Weather {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", description = "A forecast", mimeType = "text/plain",
                authorize = "permitAll", maxTimeoutSeconds = 60)
        String weather() {
            return "sunny";
        }

        @GetMapping("/placeholder")
        @PaidEndpoint(value = "placeholder", price = "${prices.placeholder:$0.03}")
        String placeholder() {
            return "sunny";
        }

        @GetMapping("/rooms/{type}")
        @PaidEndpoint(value = "rooms", price = "#{path('type') == 'suite' ? '$0.50' : '$0.10'}")
        String room(@PathVariable String type) {
            return type;
        }

        @GetMapping("/pages")
        @PaidEndpoint(value = "pages", price = "#{usd('0.01') * number(param('pages'), '1')}")
        String pages() {
            return "pages";
        }

        @GetMapping("/whole")
        @PaidEndpoint(value = "whole", price = "#{param('n') == '2' ? 2 : 1}")
        String whole() {
            return "whole";
        }

        @GetMapping("/double")
        @PaidEndpoint(value = "double", price = "#{0.01 * 2}")
        String inexact() {
            return "double";
        }

        @GetMapping("/nothing")
        @PaidEndpoint(value = "nothing", price = "#{param('absent')}")
        String nothing() {
            return "nothing";
        }

        @GetMapping("/share")
        @PaidEndpoint(value = "share", price = "#{usd('1') / number(param('parts'), '0')}")
        String share() {
            return "share";
        }

        @GetMapping("/rooms-of/{count}")
        @PaidEndpoint(value = "rooms-of", price = "$#{path('count')}")
        String roomsOf() {
            return "rooms";
        }

        @GetMapping("/token")
        @PaidEndpoint(value = "token", price = "1 #{param('t')}")
        String token() {
            return "token";
        }

        @GetMapping("/length")
        @PaidEndpoint(value = "length", price = "#{param('name').length()}")
        String length() {
            return "length";
        }

        @GetMapping("/zero")
        @PaidEndpoint(value = "zero", price = "#{usd('0')}")
        String zero() {
            return "zero";
        }

        @GetMapping("/negative")
        @PaidEndpoint(value = "negative", price = "#{usd('-1')}")
        String negative() {
            return "negative";
        }

        @GetMapping("/tiny")
        @PaidEndpoint(value = "tiny", price = "#{usd('0.0000001')}")
        String tiny() {
            return "tiny";
        }

    }

    @RestController
    static class Unpriced {

        @GetMapping("/unpriced")
        @PaidEndpoint("unpriced")
        String unpriced() {
            return "unpriced";
        }

    }

    @RestController
    static class Resolved {

        @GetMapping({ "/list", "/invalid", "/broken", "/zero-price" })
        @PaidEndpoint(value = "list", price = "$0.01")
        String list() {
            return "list";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class ThrowingResolver {

        @Bean
        PriceResolver priceResolver(HttpServletRequest request) {
            return (asked) -> switch (request.getRequestURI()) {
                case "/invalid" -> throw new InvalidPriceRequestException("hunter2");
                case "/broken" -> throw new NumberFormatException("hunter2");
                default -> Price.parse("0");
            };
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class SummingResolver {

        @Bean
        PriceResolver priceResolver() {
            return (request) -> {
                List<String> pages = request.parameters().get("pages");
                int sum = (pages != null) ? pages.stream().mapToInt(Integer::parseInt).sum() : 1;
                return new Price(BigDecimal.valueOf(sum, 2), null);
            };
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class SingleResolver {

        @Bean
        PriceResolver priceResolver() {
            return (request) -> Price.parse("$" + request.parameter("pages"));
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Resolver {

        @Bean
        PriceResolver priceResolver() {
            return (request) -> request.parameters().containsKey("vip") ? Price.parse("$9") : null;
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class FailingResolver {

        @Bean
        PriceResolver priceResolver() {
            return (request) -> {
                throw new IllegalStateException("hunter2");
            };
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class EchoingResolver {

        @Bean
        PriceResolver priceResolver() {
            return (request) -> {
                Map<String, String> path = request.pathVariables();
                return Price.parse(path.get("type") + ".00000" + request.parameters().get("nights").get(0));
            };
        }

    }

}

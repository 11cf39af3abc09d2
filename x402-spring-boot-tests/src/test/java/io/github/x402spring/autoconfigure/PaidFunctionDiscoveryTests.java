package io.github.x402spring.autoconfigure;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.function.EntityResponse;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.webmvc.UnpaidFunctions;
import io.github.x402spring.webmvc.X402Functions;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class PaidFunctionDiscoveryTests {

    private static final HandlerFunction<ServerResponse> CONTENT = (request) -> ServerResponse.ok().body("content");

    private static final HandlerFilterFunction<ServerResponse, ServerResponse> OTHER = (request, next) -> next
        .handle(request);

    private static final String PLAIN_HTTP = "x402.facilitator.url=http://facilitator.internal";

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            Filtered        ; {GET [/weather]}
            Outermost       ; {GET [/weather]}
            Composed        ; {GET || POST [/weather/{city}]}
            Nested          ; {GET [/weather/{city}]}
            NestedInOther   ; {GET [/weather/{day:[0-9]+}]}
            Typed           ; {POST [/weather], headers {Accept=application/json, Content-Type=application/json}}
            Parameterized   ; {GET [/weather], params {city=paris}}
            Negated         ; {GET [/weather]}
            Alternative     ; {GET [/weather]}
            PlainBean       ; {GET [/weather]}
            FilteredBean    ; {GET [/weather]}
            BeanByMethod    ; {[/weather]}
            Unrouted        ; {functional}
            FilterBean      ; {functional}
            """)
    void startWhenFunctionIsPaidThenListedWithItsRoute(String configuration, String route, CapturedOutput output) {
        this.runner.withUserConfiguration(nested(configuration))
            .withPropertyValues("x402.endpoints.weather.description=Forecast")
            .run((context) -> {
                assertThat(context).hasNotFailed();
                PaidEndpointListing listing = listing(context, "weather");
                assertThat(listing.mappings()).containsExactly(route);
                assertThat(listing.definition().description()).isEqualTo("Forecast");
                assertThat(listing.terms()).extracting(PaidEndpointListing.Terms::price).containsExactly("0.01 USDC");
                assertThat(output).contains("Paid endpoint 'weather' " + route + " costs 0.01 USDC");
            });
    }

    @Test
    void startWhenRouteAsksForAVersionThenListed() {
        this.runner.withUserConfiguration(Versioned.class)
            .withPropertyValues("spring.mvc.apiversion.use.header=X-Version", "spring.mvc.apiversion.required=false")
            .run((context) -> {
                PaidEndpointListing listing = listing(context, "weather");
                assertThat(listing.mappings()).containsExactly("{GET [/weather], version 1.1}");
            });
    }

    @Test
    void startWhenFilterStatesAllMembersThenTheyHold() {
        this.runner.withUserConfiguration(Customized.class).run((context) -> {
            PaidEndpointListing listing = listing(context, "weather");
            assertThat(listing.definition().authorize()).isEqualTo("hasAuthority('weather')");
            assertThat(listing.definition().flow()).isEqualTo(PaymentFlow.UPFRONT);
            assertThat(listing.definition().tags()).containsExactly("forecast");
            assertThat(listing.definition().idempotent()).isTrue();
            assertThat(listing.definition().mimeType()).isEqualTo("text/plain");
            assertThat(listing.terms().get(0).network()).isEqualTo("eip155:84532");
            assertThat(listing.terms().get(0).maxTimeoutSeconds()).isEqualTo(60);
        });
    }

    @Test
    void startWhenPriceIsConfiguredThenTheNameIsEnough() {
        this.runner.withUserConfiguration(NamedOnly.class)
            .withPropertyValues("x402.endpoints.weather.price=$0.05")
            .run((context) -> assertThat(listing(context, "weather").terms())
                .extracting(PaidEndpointListing.Terms::price)
                .containsExactly("0.05 USDC"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NamedOnly       | price of paid endpoint 'weather' cannot be used   | x402.endpoints.weather.price
            BadName         | has more than letters                             | X402Functions.paid
            OtherPrice      | endpoint 'weather' and differ in 'price'          | another name
            BeanAndFilter   | endpoint 'weather' and differ in 'price'          | another name
            PricedTwice     | is priced twice                                   | Leave one of
            PricedAndThen   | is priced twice                                   | Leave one of
            PricedOutside   | is priced twice                                   | Leave one of
            PricedBean      | is priced twice                                   | Leave one of
            Hidden          | hide what these do                                | the first filter of the builder
            HiddenByErrors  | hide what these do                                | the first filter of the builder
            OptionsOnly     | for which no payment is taken                          | another method
            FinalBean       | is final                                          | X402Functions.paid("name", "$0.01")
            FinalMethod     | is final                                          | X402Functions.paid("name", "$0.01")
            OwnResponse     | its own kind of ServerResponse                    | X402Functions.paid("name", "$0.01")
            Unguarded       | method security on it is not in effect            | @EnableMethodSecurity
            """)
    void startWhenFunctionCannotBeSoldThenSaysWhy(String configuration, String problem, String remedy) {
        this.runner.withUserConfiguration(nested(configuration)).run((context) -> {
            assertThat(context).hasFailed();
            FailureAnalysis failure = new InvalidX402ConfigurationFailureAnalyzer()
                .analyze(context.getStartupFailure());
            assertThat(failure).isNotNull();
            assertThat(failure.getDescription()).contains(problem);
            assertThat(failure.getAction()).contains(remedy);
        });
    }

    @Test
    void startWhenConfigurationNamesNoEndpointThenFails() {
        this.runner.withUserConfiguration(Filtered.class)
            .withPropertyValues("x402.endpoints.whether.price=$0.05")
            .run((context) -> {
                FailureAnalysis failure = new InvalidX402ConfigurationFailureAnalyzer()
                    .analyze(context.getStartupFailure());
                assertThat(failure.getDescription()).contains("do not exist: whether");
                assertThat(failure.getAction()).contains("known endpoints are: weather");
            });
    }

    @ParameterizedTest
    @ValueSource(classes = { BehindOther.class, Resources.class, OwnRouter.class })
    void startWhenPriceIsHiddenThenItsNameMayBeConfiguredAndItIsCharged(Class<?> configuration, CapturedOutput output) {
        this.runner.withUserConfiguration(configuration)
            .withPropertyValues("x402.endpoints.weather.price=$0.05", "x402.endpoints.weather.authorize=permitAll")
            .run((context) -> {
                assertThat(context).hasNotFailed();
                assertThat(output).contains("Configuration names paid endpoints that were not found: weather");
                assertThat(context.getBean(PaidEndpointCatalog.class).endpoints()).isEmpty();
                MockMvcTester mvc = MockMvcTester.from(context);
                assertThat(mvc.get().uri("/weather/book.txt").exchange()).hasStatus(402);
            });
    }

    @Test
    void callWhenHiddenPriceCannotBeUsedThenNotServed() {
        this.runner.withUserConfiguration(BehindOther.class)
            .withPropertyValues("x402.endpoints.weather.price=free")
            .run((context) -> {
                MockMvcTester mvc = MockMvcTester.from(context);
                assertThat(mvc.get().uri("/weather/book.txt").exchange()).hasFailed();
            });
    }

    @ParameterizedTest
    @ValueSource(classes = { BehindOther.class, Resources.class, OwnRouter.class })
    void startWhenPriceIsHiddenAndRealMoneyIsDecidedOverPlainHttpThenFails(Class<?> configuration) {
        WebApplicationContextRunner production = this.runner.withUserConfiguration(configuration)
            .withInitializer((context) -> context.getEnvironment().addActiveProfile("prod"));
        production.withPropertyValues(PLAIN_HTTP).run((context) -> {
            assertThat(context).hasFailed();
            FailureAnalysis failure = new InvalidX402ConfigurationFailureAnalyzer()
                .analyze(context.getStartupFailure());
            assertThat(failure.getDescription()).contains("plain http", "prod");
        });
        production.withPropertyValues(PLAIN_HTTP, "x402.facilitator.allow-insecure=true")
            .run((context) -> assertThat(context).hasNotFailed());
        production.withPropertyValues("x402.facilitator.url=https://facilitator.internal")
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenNothingIsSoldThenPlainHttpIsNoFailure() {
        this.runner.withPropertyValues(PLAIN_HTTP)
            .withInitializer((context) -> context.getEnvironment().addActiveProfile("prod"))
            .withBean("routes", RouterFunction.class, () -> RouterFunctions.route().GET("/free", CONTENT).build())
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource({ "base, false, false", "eip155:8453, false, false", "base-sepolia, false, true", "base, true, true" })
    void callWhenHiddenPriceIsRealMoneyThatIsDecidedOverPlainHttpThenNotServed(String network, boolean allowed,
            boolean sold) {
        this.runner.withUserConfiguration(BehindOther.class)
            .withPropertyValues(PLAIN_HTTP, "x402.endpoints.weather.price=$0.05",
                    "x402.endpoints.weather.network=" + network, "x402.endpoints.weather.authorize=permitAll",
                    "x402.facilitator.allow-insecure=" + allowed)
            .run((context) -> {
                assertThat(context).hasNotFailed();
                MvcTestResult result = MockMvcTester.from(context).get().uri("/weather/book.txt").exchange();
                if (sold) {
                    assertThat(result).hasStatus(402);
                }
                else {
                    assertThat(result).failure().hasStackTraceContaining("plain http");
                }
            });
    }

    @Test
    void callWhenHiddenPriceIsRealMoneyThenOneWarningOfTheLedger(CapturedOutput output) {
        this.runner.withUserConfiguration(BehindOther.class)
            .withPropertyValues("x402.facilitator.url=https://facilitator.internal", "x402.network=base",
                    "x402.ledger.type=memory", "x402.endpoints.weather.price=$0.05",
                    "x402.endpoints.weather.authorize=permitAll")
            .withBean("moon", WeatherFunction.class)
            .withInitializer((context) -> context.getEnvironment().addActiveProfile("prod"))
            .run((context) -> {
                MockMvcTester mvc = MockMvcTester.from(context);
                assertThat(mvc.get().uri("/weather/book.txt").exchange()).hasStatus(402);
                assertThat(mvc.get().uri("/weather/book.txt").exchange()).hasStatus(402);
                assertThat(output).containsOnlyOnce("ledger is in memory");
            });
    }

    @ParameterizedTest
    @CsvSource({ "endpoints, BehindOther, as a bean", "tags, BehindOther, as a bean", "endpoints, Filtered, Correct",
            "tags, Filtered, Correct" })
    void startWhenALimitNamesWhatIsHiddenThenSaysHowToShowIt(String property, String configuration, String remedy) {
        this.runner.withUserConfiguration(nested(configuration))
            .withPropertyValues("x402.limits[0].name=some", "x402.limits[0].per=payer", "x402.limits[0].window=1h",
                    "x402.limits[0].max-count=1", "x402.limits[0]." + property + "=moon",
                    "x402.endpoints.weather.price=$0.05")
            .run((context) -> {
                FailureAnalysis failure = new InvalidX402ConfigurationFailureAnalyzer()
                    .analyze(context.getStartupFailure());
                assertThat(failure).isNotNull();
                assertThat(failure.getDescription()).contains("moon");
                assertThat(failure.getAction()).contains(remedy);
            });
    }

    @Test
    void startWhenAnythingHasFunctionsServedUnpaidInProductionThenFails() {
        WebApplicationContextRunner unpaid = this.runner.withUserConfiguration(Filtered.class)
            .withPropertyValues("x402.facilitator.url=https://facilitator.internal")
            .withBean(UnpaidFunctions.class, () -> (endpoint, request) -> {
            });
        unpaid.run((context) -> assertThat(context).hasNotFailed());
        unpaid.withInitializer((context) -> context.getEnvironment().addActiveProfile("live")).run((context) -> {
            assertThat(context).hasFailed();
            FailureAnalysis failure = new InvalidX402ConfigurationFailureAnalyzer()
                .analyze(context.getStartupFailure());
            assertThat(failure.getDescription()).contains("UnpaidFunctions", "profile 'live'");
            assertThat(failure.getAction()).contains("Remove");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "name", "description" })
    void callWhenRequestsMakeUpEndpointsThenNoMoreThanAThousandAreCreated(String member, CapturedOutput output) {
        this.runner.withUserConfiguration(Filtered.class, MadeUp.class).run((context) -> {
            MockMvcTester mvc = MockMvcTester.from(context);
            for (int i = 0; i < 1_000; i++) {
                assertThat(mvc.get().uri("/" + member + "/t" + i).exchange()).hasStatus(402);
            }
            for (int i = 1_000; i < 1_003; i++) {
                assertThat(mvc.get().uri("/" + member + "/t" + i).exchange()).failure()
                    .hasRootCauseInstanceOf(InvalidX402ConfigurationException.class)
                    .hasMessageNotContaining("t" + i);
            }
            assertThat(mvc.get().uri("/" + member + "/t0").exchange()).hasStatus(402);
            assertThat(mvc.get().uri("/weather").exchange()).hasStatus(402);
            assertThat(output.getAll()
                .lines()
                .filter((line) -> line.contains("ERROR") && line.contains(".EndpointRegistry"))).hasSize(1);
        });
    }

    @Test
    void callWhenMadeUpEndpointsCannotBeSoldThenOthersStillCan() {
        this.runner.withUserConfiguration(MadeUp.class).run((context) -> {
            MockMvcTester mvc = MockMvcTester.from(context);
            for (int i = 0; i < 1_100; i++) {
                assertThat(mvc.get().uri("/name/not_a_name_" + i).exchange()).hasFailed();
            }
            assertThat(mvc.get().uri("/name/good").exchange()).hasStatus(402);
        });
    }

    @Test
    void startWhenMoreThanAThousandAreDeclaredThenAllAreSold() {
        this.runner.withBean("routes", RouterFunction.class, () -> {
            RouterFunctions.Builder routes = RouterFunctions.route();
            for (int i = 0; i < 1_100; i++) {
                routes.add(RouterFunctions.route().GET("/t" + i, CONTENT).filter(open("t" + i, "")).build());
            }
            return routes.build();
        }).run((context) -> {
            MockMvcTester mvc = MockMvcTester.from(context);
            assertThat(mvc.get().uri("/t0").exchange()).hasStatus(402);
            assertThat(mvc.get().uri("/t1099").exchange()).hasStatus(402);
        });
    }

    private static HandlerFilterFunction<ServerResponse, ServerResponse> open(String name, String description) {
        return X402Functions.paid(name,
                (endpoint) -> endpoint.price("$0.01").description(description).authorize("permitAll"));
    }

    private static PaidEndpointListing listing(ApplicationContext context, String name) {
        List<PaidEndpointListing> listings = context.getBean(PaidEndpointCatalog.class).endpoints();
        return listings.stream()
            .filter((listing) -> listing.definition().name().equals(name))
            .findFirst()
            .orElseThrow();
    }

    private static Class<?> nested(String name) {
        return ClassUtils.resolveClassName(PaidFunctionDiscoveryTests.class.getName() + "$" + name, null);
    }

    private static HandlerFilterFunction<ServerResponse, ServerResponse> paid() {
        return X402Functions.paid("weather", "$0.01");
    }

    @Configuration(proxyBeanMethods = false)
    static class Versioned {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .GET("/weather", RequestPredicates.version("1.1"), CONTENT)
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Filtered {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .add(RouterFunctions.route().GET("/free", CONTENT).build())
                .add(RouterFunctions.route().GET("/weather", CONTENT).filter(paid()).filter(OTHER).build())
                .build();
        }

    }

    /** Makes a filter for each request, of what the request says. */
    @Configuration(proxyBeanMethods = false)
    static class MadeUp {

        @Bean
        RouterFunction<ServerResponse> madeUp() {
            return RouterFunctions.route()
                .GET("/name/{text}", (request) -> open(request.pathVariable("text"), "").filter(request, CONTENT))
                .GET("/description/{text}",
                        (request) -> open("made-up", request.pathVariable("text")).filter(request, CONTENT))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Outermost {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route(RequestPredicates.GET("/weather"), CONTENT).filter(paid());
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Composed {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions
                .route(RequestPredicates.methods(HttpMethod.GET, HttpMethod.POST)
                    .and(RequestPredicates.path("/weather/{city}")), CONTENT)
                .filter(paid().andThen(OTHER));
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Nested {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .path("/weather", (nested) -> nested.GET("/{city}", CONTENT))
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class NestedInOther {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .path("/weather", (nested) -> nested.GET("/{day:[0-9]+}", CONTENT).filter(paid()))
                .filter(OTHER)
                .onError(IllegalStateException.class, (ex, request) -> ServerResponse.ok().build())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Typed {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .POST("/weather",
                        RequestPredicates.accept(MediaType.APPLICATION_JSON)
                            .and(RequestPredicates.contentType(MediaType.APPLICATION_JSON, MediaType.APPLICATION_XML)),
                        CONTENT)
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Parameterized {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .GET("/weather", RequestPredicates.param("city", "paris"), CONTENT)
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Negated {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .GET("/weather", RequestPredicates.param("free", "yes").negate(), CONTENT)
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Alternative {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .route(RequestPredicates.GET("/weather").or(RequestPredicates.GET("/forecast")), CONTENT)
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Customized {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .GET("/weather", CONTENT)
                .filter(X402Functions.paid("weather",
                        (endpoint) -> endpoint.price("$0.01")
                            .network("base-sepolia")
                            .asset("USDC")
                            .payTo(PaidApplication.PAY_TO)
                            .description("Forecast")
                            .mimeType("text/plain")
                            .authorize("hasAuthority('weather')")
                            .flow(PaymentFlow.UPFRONT)
                            .tags("forecast")
                            .idempotent(true)
                            .maxTimeoutSeconds(60)))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class NamedOnly {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route().GET("/weather", CONTENT).filter(X402Functions.paid("weather")).build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class BadName {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .GET("/weather", CONTENT)
                .filter(X402Functions.paid("/weather", "$0.01"))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OtherPrice {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .add(RouterFunctions.route().GET("/weather", CONTENT).filter(paid()).build())
                .add(RouterFunctions.route()
                    .GET("/other", CONTENT)
                    .filter(X402Functions.paid("weather", "$0.02"))
                    .build())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class PricedTwice {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route().GET("/weather", CONTENT).filter(paid()).build().filter(paid());
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class PricedAndThen {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route().GET("/weather", CONTENT).filter(paid()).filter(OTHER).filter(paid()).build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class PricedOutside {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .path("/weather", (nested) -> nested.GET("/{city}", CONTENT).filter(paid()))
                .filter(X402Functions.paid("other", "$0.02"))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Hidden {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .path("/weather", (nested) -> nested.GET("/{city}", CONTENT).filter(OTHER))
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class HiddenByErrors {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .path("/weather",
                        (nested) -> nested.GET("/{city}", CONTENT)
                            .onError(IllegalStateException.class, (ex, request) -> ServerResponse.ok().build()))
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OptionsOnly {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .OPTIONS("/weather", CONTENT)
                .HEAD("/weather", CONTENT)
                .filter(paid())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class BehindOther {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .GET("/weather/{city}", CONTENT)
                .filter(OTHER)
                .filter(X402Functions.paid("weather"))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Resources {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                .resources("/weather/**", new ClassPathResource("io/github/x402spring/webmvc/functions/"))
                .filter(X402Functions.paid("weather"))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnRouter {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return ((RouterFunction<ServerResponse>) (request) -> "/weather/book.txt".equals(request.path())
                    ? Optional.of(CONTENT) : Optional.empty())
                .filter(X402Functions.paid("weather"));
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Import(WeatherFunction.class)
    static class PlainBean {

        @Bean
        RouterFunction<ServerResponse> routes(WeatherFunction weather) {
            return RouterFunctions.route().GET("/weather", weather).build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Import(WeatherFunction.class)
    static class FilteredBean {

        @Bean
        RouterFunction<ServerResponse> routes(WeatherFunction weather) {
            return RouterFunctions.route()
                .GET("/weather", weather)
                .filter(OTHER)
                .onError(IllegalStateException.class, (ex, request) -> ServerResponse.ok().build())
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Import(WeatherMethod.class)
    static class BeanByMethod {

        @Bean
        RouterFunction<ServerResponse> routes(WeatherMethod weather) {
            return RouterFunctions.route(RequestPredicates.path("/weather"), weather);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Import(WeatherFunction.class)
    static class Unrouted {

    }

    @Configuration(proxyBeanMethods = false)
    @Import(WeatherFunction.class)
    static class BeanAndFilter {

        @Bean
        RouterFunction<ServerResponse> routes(WeatherFunction weather) {
            return RouterFunctions.route()
                .GET("/other", CONTENT)
                .filter(X402Functions.paid("weather", "$0.02"))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Import(WeatherFunction.class)
    static class PricedBean {

        @Bean
        RouterFunction<ServerResponse> routes(WeatherFunction weather) {
            return RouterFunctions.route().GET("/weather", weather).filter(paid()).build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Import(FinalFunction.class)
    static class FinalBean {

    }

    @Configuration(proxyBeanMethods = false)
    @Import(FinalMethodFunction.class)
    static class FinalMethod {

    }

    @Configuration(proxyBeanMethods = false)
    @Import(EntityFunction.class)
    static class OwnResponse {

    }

    @Configuration(proxyBeanMethods = false)
    @Import(GuardedFunction.class)
    static class Unguarded {

    }

    @Configuration(proxyBeanMethods = false)
    static class FilterBean {

        @Bean
        HandlerFilterFunction<ServerResponse, ServerResponse> weather() {
            return paid();
        }

        @Bean
        RouterFunction<ServerResponse> routes(HandlerFilterFunction<ServerResponse, ServerResponse> weather) {
            return RouterFunctions.route().GET("/weather", CONTENT).filter(OTHER).filter(weather).build();
        }

    }

    @PaidEndpoint(value = "weather", price = "$0.01")
    static class WeatherFunction implements HandlerFunction<ServerResponse> {

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("content");
        }

    }

    static class WeatherMethod implements HandlerFunction<ServerResponse> {

        @Override
        @PaidEndpoint(value = "weather", price = "$0.01")
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("content");
        }

    }

    static final class FinalFunction extends WeatherFunction {

    }

    @PaidEndpoint(value = "weather", price = "$0.01")
    static class FinalMethodFunction implements HandlerFunction<ServerResponse> {

        @Override
        public final ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("content");
        }

    }

    @PaidEndpoint(value = "weather", price = "$0.01")
    static class EntityFunction implements HandlerFunction<EntityResponse<String>> {

        @Override
        public EntityResponse<String> handle(ServerRequest request) {
            return EntityResponse.fromObject("content").build();
        }

    }

    @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
    static class GuardedFunction implements HandlerFunction<ServerResponse> {

        @Override
        @PreAuthorize("hasRole('OWNER')")
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("content");
        }

    }

}

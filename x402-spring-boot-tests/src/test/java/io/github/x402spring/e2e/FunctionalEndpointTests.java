package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.Cookie;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.Eventually;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.X402AuthorizationDecision;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.webmvc.X402Functions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sells functional endpoints behind the security that the starter brings.
 */
@Tag("locale")
class FunctionalEndpointTests {

    private static final String KEY = "x402.ledger.keep-response.key=" + Base64.getEncoder()
        .encodeToString(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                24, 25, 26, 27, 28, 29, 30, 31, 32 });

    private static final String CALLER = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.US_ASCII));

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(Shop.class, "x402.ledger.keep-response.enabled=true", KEY, "x402.ledger.type=jdbc",
                "spring.datasource.url=jdbc:h2:mem:functional-endpoints", "x402.endpoints.report.price=$0.03",
                "spring.security.user.password=secret");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @ParameterizedTest
    @CsvSource({ "/weather/berlin, 402", "/within, 402", "/bean, 402", "/members, 402", "/bean-behind, 401",
            "/behind, 401", "/free, 401", "/weather/free, 401", "/nowhere, 401" })
    void getWhenAnonymousThenOnlyPricesThatAreSeenLetIn(String path, int status) {
        assertThat(app.http().get(path).status()).isEqualTo(status);
        assertThat(app.deliveries().runs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "/weather/berlin, weather", "/within, weather", "/bean, bean" })
    void getWhenPaidThenDeliveredOnce(String path, String handler) {
        Answer answer = app.http().get(path, PaidApp.signature(app.pay(path)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("delivered " + handler);
        assertThat(PaidApp.receipt(answer)).containsEntry("success", true);
        assertThat(app.deliveries().runs()).containsExactly(handler);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "/members, weather", "/behind, weather", "/bean-behind, bean", "/second/paid, second" })
    void getWhenAuthenticatedThenPaymentDelivers(String path, String handler) {
        Answer challenge = app.http().get(path, CALLER);
        PaymentDraft payment = PaidApp.WALLET.pay(PaidApp.challenge(challenge).accepts().get(0), Instant.now());
        assertThat(app.deliveries().runs()).isEmpty();
        Answer answer = app.http().get(path, CALLER, PaidApp.signature(payment));
        assertThat(answer.text()).isEqualTo("delivered " + handler);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/weather/berlin", "/within", "/bean" })
    void preflightWhenAnonymousThenNeitherChargedNorRefusedAnIdentity(String path) {
        Answer answer = app.http()
            .send("OPTIONS", path, null, "Origin: https://shop.example", "Access-Control-Request-Method: GET");
        assertThat(answer.status()).isNotIn(401, 402);
        assertThat(app.deliveries().runs()).isEmpty();
    }

    @Test
    void presentWhenResponseIsStoredThenTheSameAndNothingRuns() {
        String payment = PaidApp.signature(app.pay("POST", "/order"));
        Answer first = app.http().send("POST", "/order", "", payment);
        Answer again = app.http().send("POST", "/order", "", payment);
        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.all("X-Order")).containsExactly("1", "2");
        assertThat(PaidApp.receipt(again).get("transaction")).isEqualTo(PaidApp.receipt(first).get("transaction"));
        assertThat(app.deliveries().runs()).containsExactly("order");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void presentWhenResponseWasLostThenRunsAgainAndIsNotChargedAgain() {
        String payment = PaidApp.signature(app.pay("/cookie"));
        JdbcTemplate jdbc = app.bean(JdbcTemplate.class);
        jdbc.update("DELETE FROM x402_payment");
        assertThat(app.http().get("/cookie", payment).status()).isEqualTo(200);
        Eventually.await("the delivery is recorded",
                () -> jdbc.queryForList("SELECT * FROM x402_payment WHERE delivered_at IS NULL").isEmpty());
        jdbc.update("UPDATE x402_payment SET delivered_at = NULL, delivery_until = created_at, token = 'dead'");

        Answer again = app.http().get("/cookie", payment);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text()).isEqualTo("delivered cookie");
        assertThat(app.deliveries().runs()).containsExactly("cookie", "cookie");
        assertThat(app.facilitator().settlements()).hasSize(1);
        assertThat(app.http().get("/cookie", payment).status()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({ "/cities/oslo, 200", "/cities/paris, 403", "/go/oslo/cities/paris, 403",
            "/go/paris/cities/oslo, 200" })
    void policyWhenItAsksForThePathThenThatOfTheFunction(String path, int status) {
        Answer challenge = app.http().get(path, CALLER);
        PaymentDraft payment = PaidApp.WALLET.pay(PaidApp.challenge(challenge).accepts().get(0), Instant.now());
        Answer answer = app.http().get(path, CALLER, PaidApp.signature(payment));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(app.facilitator().settlements()).hasSize((status == 200) ? 1 : 0);
        assertThat(app.deliveries().runs()).hasSize((status == 200) ? 1 : 0);
    }

    @Test
    void policyWhenItRedactsThenTheRestLeaves() {
        Answer answer = app.http().get("/planned", CALLER, PaidApp.signature(app.pay("/planned")));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("delivered planned").doesNotContain("secret", "pressure");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(classes = { SecondBean.class, SecondBeanBehind.class, SecondLazyBean.class, SecondObjectBehind.class })
    void getWhenAFunctionOfASecondContextHasNoGateThenTheContextIsNotStarted(Class<?> configuration) {
        try (PaidApp shop = PaidApp.start(List.of(Minimal.class), "second=" + configuration.getName())) {
            Answer answer = shop.http().get("/second/bean");
            assertThat(answer.status()).isGreaterThanOrEqualTo(500);
            assertThat(shop.deliveries().runs()).isEmpty();
        }
    }

    @Test
    void getWhenASecondContextRoutesToAFunctionOfTheFirstThenPaid() {
        try (PaidApp shop = PaidApp.start(List.of(Minimal.class, WeatherFunction.class),
                "second=" + SecondRoute.class.getName(), "spring.security.user.password=secret")) {
            Answer challenge = shop.http().get("/second/bean", CALLER);
            PaymentDraft payment = PaidApp.WALLET.pay(PaidApp.challenge(challenge).accepts().get(0), Instant.now());
            assertThat(shop.deliveries().runs()).isEmpty();
            Answer answer = shop.http().get("/second/bean", CALLER, PaidApp.signature(payment));
            assertThat(answer.text()).isEqualTo("delivered bean");
            assertThat(shop.facilitator().settlements()).hasSize(1);
        }
    }

    @Test
    void priceWhenConfiguredThenOfTheFunction() {
        assertThat(app.terms("/report").amount().value()).isEqualTo(30_000);
    }

    @Test
    void addressWhenNestedThenIsWhatWasAskedFor() {
        assertThat(PaidApp.challenge(app.http().get("/weather/berlin")).resource().url()).endsWith("/weather/berlin");
        assertThat(PaidApp.challenge(app.http().get("/weather/r%C3%B6m")).resource().url())
            .endsWith("/weather/r%C3%B6m");
    }

    @Test
    void catalogWhenAskedThenNamesRoutes() {
        assertThat(app.bean(PaidEndpointCatalog.class).endpoints())
            .anySatisfy((listing) -> assertThat(listing.mappings()).containsExactly("{GET [/weather/{city}]}",
                    "{GET [/within]}"));
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({ WeatherFunction.class, Guide.class })
    static class Shop {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        Deliveries deliveries() {
            return new Deliveries();
        }

        @Bean
        RouterFunction<ServerResponse> routes(Deliveries deliveries, WeatherFunction bean) {
            HandlerFunction<ServerResponse> weather = (request) -> ServerResponse.ok().body(deliveries.run("weather"));
            HandlerFunction<ServerResponse> free = (request) -> ServerResponse.ok().body(deliveries.run("free"));
            HandlerFilterFunction<ServerResponse, ServerResponse> other = (request, next) -> next.handle(request);
            return RouterFunctions.route()
                .GET("/free", free)
                .GET("/weather/free", free)
                .add(RouterFunctions.route()
                    .path("/weather", (nested) -> nested.GET("/{city}", weather))
                    .filter(paid("weather"))
                    .build())
                .add(RouterFunctions.route()
                    .add(RouterFunctions.route().GET("/within", weather).filter(paid("weather")).build())
                    .filter(other)
                    .build())
                .add(RouterFunctions.route().GET("/behind", weather).filter(other).filter(paid("weather")).build())
                .GET("/bean", bean)
                .add(RouterFunctions.route().GET("/bean-behind", bean).filter(other).build())
                .add(RouterFunctions.route()
                    .GET("/report", weather)
                    .filter(X402Functions.paid("report", (endpoint) -> endpoint.authorize("permitAll")))
                    .build())
                .add(RouterFunctions.route()
                    .GET("/members", weather)
                    .filter(X402Functions.paid("members", "$0.01"))
                    .build())
                .add(RouterFunctions.route()
                    .GET("/cookie",
                            (request) -> ServerResponse.ok()
                                .cookie(new Cookie("taste", "sweet"))
                                .body(deliveries.run("cookie")))
                    .filter(paid("cookie"))
                    .build())
                .add(RouterFunctions.route()
                    .GET("/cities/{city}", weather)
                    .filter(X402Functions.paid("cities",
                            (endpoint) -> endpoint.price("$0.01").authorize("#city == 'oslo'")))
                    .build())
                .add(RouterFunctions.route()
                    .GET("/planned",
                            (request) -> ServerResponse.ok()
                                .body(Map.of("sky", deliveries.run("planned"), "secret", "pressure")))
                    .filter(X402Functions.paid("planned", (endpoint) -> endpoint.price("$0.01").authorize("@plan")))
                    .build())
                .add(RouterFunctions.route()
                    .POST("/order",
                            (request) -> ServerResponse.status(201)
                                .header("X-Order", "1", "2")
                                .body(deliveries.run("order")))
                    .filter(paid("order"))
                    .build())
                .build();
        }

        @Bean(defaultCandidate = false)
        AuthorizationManager<PaidRequest> plan() {
            return (authentication, request) -> X402AuthorizationDecision.granted()
                .obligation("redact", Map.of("fields", List.of("sky")))
                .build();
        }

        private static HandlerFilterFunction<ServerResponse, ServerResponse> paid(String name) {
            return X402Functions.paid(name, (endpoint) -> endpoint.price("$0.01").authorize("permitAll"));
        }

        @Bean
        ServletRegistrationBean<DispatcherServlet> second() {
            AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
            context.register(Second.class);
            return new ServletRegistrationBean<>(new DispatcherServlet(context), "/second/*");
        }

    }

    @Controller
    static class Guide {

        @GetMapping("/go/{city}/cities/{target}")
        String go(@PathVariable String target) {
            return "forward:/cities/" + target;
        }

    }

    @PaidEndpoint(value = "bean", price = "$0.01", authorize = "permitAll")
    static class WeatherFunction implements HandlerFunction<ServerResponse> {

        private final Deliveries deliveries;

        WeatherFunction(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body(this.deliveries.run("bean"));
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    static class Second {

        @Bean
        RouterFunction<ServerResponse> secondRoutes(Deliveries deliveries) {
            return RouterFunctions.route()
                .GET("/paid", (request) -> ServerResponse.ok().body(deliveries.run("second")))
                .filter(Shop.paid("second"))
                .build();
        }

    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Minimal {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        Deliveries deliveries() {
            return new Deliveries();
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
        }

        @Bean
        ServletRegistrationBean<DispatcherServlet> second(Environment environment) {
            AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
            context.register(ClassUtils.resolveClassName(environment.getRequiredProperty("second"), null));
            return new ServletRegistrationBean<>(new DispatcherServlet(context), "/second/*");
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    @Import(WeatherFunction.class)
    static class SecondBean {

        @Bean
        RouterFunction<ServerResponse> secondRoutes(WeatherFunction weather) {
            return RouterFunctions.route().GET("/bean", weather).build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    @Import(WeatherFunction.class)
    static class SecondBeanBehind {

        @Bean
        RouterFunction<ServerResponse> secondRoutes(WeatherFunction weather) {
            return RouterFunctions.route()
                .GET("/bean", weather)
                .filter((request, next) -> next.handle(request))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    static class SecondLazyBean {

        @Bean
        @Scope("prototype")
        WeatherFunction weather(Deliveries deliveries) {
            return new WeatherFunction(deliveries);
        }

        @Bean
        RouterFunction<ServerResponse> secondRoutes(ObjectProvider<WeatherFunction> weather) {
            return RouterFunctions.route().GET("/bean", (request) -> weather.getObject().handle(request)).build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    static class SecondObjectBehind {

        @Bean
        RouterFunction<ServerResponse> secondRoutes(Deliveries deliveries) {
            return RouterFunctions.route()
                .GET("/bean", new WeatherFunction(deliveries))
                .filter((request, next) -> next.handle(request))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    static class SecondRoute {

        @Bean
        RouterFunction<ServerResponse> secondRoutes(WeatherFunction weather) {
            return RouterFunctions.route()
                .GET("/bean", weather)
                .filter((request, next) -> next.handle(request))
                .build();
        }

    }

}

package io.github.x402spring.autoconfigure.security;

import java.net.http.HttpResponse;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DefaultWebSecurityTests {

    private PaidServer server;

    @BeforeAll
    void start() {
        this.server = PaidServer.start(List.of(Shop.class));
    }

    @AfterAll
    void stop() {
        this.server.close();
    }

    @BeforeEach
    void reset() {
        this.server.facilitator().reset();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/open", "/items/7", "/open?q=1" })
    void paidWhenAnonymousThenReachesGateWithoutSession(String path) throws Exception {
        HttpResponse<String> challenge = this.server.get(path);
        HttpResponse<String> paid = this.server.get(path, "PAYMENT-SIGNATURE", this.server.payment(challenge));

        assertThat(challenge.statusCode()).isEqualTo(402);
        assertThat(challenge.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(paid.statusCode()).isEqualTo(200);
        assertThat(paid.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void paidWhenPostedWithoutCsrfTokenThenReachesGate() throws Exception {
        HttpResponse<String> challenge = this.server.post("/orders");
        HttpResponse<String> paid = this.server.post("/orders", "PAYMENT-SIGNATURE", this.server.payment(challenge));

        assertThat(challenge.statusCode()).isEqualTo(402);
        assertThat(paid.statusCode()).isEqualTo(200);
        assertThat(paid.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void paidWhenIdentityIsMissingThenBasicIsAsked() throws Exception {
        assertThat(this.server.get("/default").headers().firstValue("WWW-Authenticate"))
            .hasValue("Basic realm=\"Realm\"");
    }

    @Test
    void paidWhenBasicCredentialsAreWrongThenUnauthorized() throws Exception {
        HttpResponse<String> response = this.server.get("/open", "PAYMENT-SIGNATURE", this.server.payment("/open"),
                "Authorization", PaidServer.basic("mallory"));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(this.server.facilitator().verifications()).isEmpty();
    }

    @Test
    void paidWhenBasicCredentialsAreRightThenDelivered() throws Exception {
        HttpResponse<String> response = this.server.get("/default", "PAYMENT-SIGNATURE",
                this.server.payment("/default"), "Authorization", PaidServer.basic("alice"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void paidWhenHandlerFailsThenCallerSeesFailureAndPaysNothing() throws Exception {
        HttpResponse<String> response = this.server.get("/failing", "PAYMENT-SIGNATURE",
                this.server.payment("/failing"));

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("\"status\":500", "/failing");
        assertThat(this.server.facilitator().settlements()).isEmpty();
    }

    @Test
    void freeWhenAnonymousThenBootsDefaults() throws Exception {
        HttpResponse<String> script = this.server.get("/free", "Accept", "application/json");
        HttpResponse<String> browser = this.server.get("/free", "Accept", "text/html");

        assertThat(script.statusCode()).isEqualTo(401);
        assertThat(script.headers().firstValue("WWW-Authenticate")).get().asString().startsWith("Basic");
        assertThat(browser.statusCode()).isEqualTo(302);
        assertThat(browser.headers().firstValue("Location")).get().asString().endsWith("/login");
    }

    @Test
    void freeWhenPaymentIsPresentedThenItOpensNothing() throws Exception {
        HttpResponse<String> response = this.server.get("/free", "Accept", "application/json", "PAYMENT-SIGNATURE",
                this.server.payment("/open"));

        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    void freeWhenPostedWithoutCsrfTokenThenRefused() throws Exception {
        assertThat(this.server.post("/free", "Authorization", PaidServer.basic("alice")).statusCode()).isIn(401, 403);
    }

    @Test
    void freeWhenAuthenticatedThenDelivered() throws Exception {
        assertThat(this.server.get("/free", "Authorization", PaidServer.basic("alice")).body()).isEqualTo("free");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/nowhere", "/open/", "/OPEN", "/open;v=1/x", "/error" })
    void otherPathWhenAnonymousThenBootsDefaults(String path) throws Exception {
        assertThat(this.server.get(path, "Accept", "application/json").statusCode()).isEqualTo(401);
    }

    @Test
    void healthWhenAnonymousThenOpen() throws Exception {
        HttpResponse<String> response = this.server.get("/actuator/health");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("UP");
    }

    @Test
    void otherActuatorEndpointWhenAnonymousThenBootsDefaults() throws Exception {
        assertThat(this.server.get("/actuator", "Accept", "application/json").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = { "server.servlet.context-path=/shop", "spring.mvc.servlet.path=/shop" })
    void matcherWhenPathHasPrefixThenMatchesAllTheSame(String property) throws Exception {
        try (PaidServer prefixed = PaidServer.start(List.of(Shop.class, OwnChain.class), property)) {
            HttpResponse<String> challenge = prefixed.get("/shop/items/7");
            HttpResponse<String> paid = prefixed.get("/shop/items/7", "PAYMENT-SIGNATURE", prefixed.payment(challenge));
            HttpResponse<String> failed = prefixed.get("/shop/failing", "PAYMENT-SIGNATURE",
                    prefixed.payment("/shop/failing"));

            assertThat(challenge.statusCode()).isEqualTo(402);
            assertThat(challenge.body()).contains("/shop/items/7");
            assertThat(paid.statusCode()).isEqualTo(200);
            assertThat(failed.statusCode()).isEqualTo(500);
            assertThat(prefixed.get("/shop/free").statusCode()).isEqualTo(403);
            assertThat(prefixed.get("/items/7").statusCode()).isIn(403, 404);
        }
    }

    @Test
    void whenApplicationDeclaresChainThenOursAreGone() {
        WebApplicationContextRunner runner = PaidApplication.runner().withUserConfiguration(Shop.class);

        runner.run((context) -> assertThat(context).getBeans(SecurityFilterChain.class)
            .containsOnlyKeys("x402PaidEndpointsSecurityFilterChain", "x402DefaultSecurityFilterChain"));
        runner.withUserConfiguration(OwnChain.class)
            .run((context) -> assertThat(context).getBeans(SecurityFilterChain.class).containsOnlyKeys("ownChain"));
    }

    @RestController
    static class Shop {

        @GetMapping("/open")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String open() {
            return "open";
        }

        @GetMapping("/items/{id}")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String item(@PathVariable String id) {
            return id;
        }

        @PostMapping("/orders")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String order() {
            return "ordered";
        }

        @GetMapping("/default")
        @PaidEndpoint(price = "$0.01")
        String byDefault() {
            return "default";
        }

        @GetMapping("/failing")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String failing() {
            throw new IllegalStateException("on purpose");
        }

        @GetMapping("/free")
        String free() {
            return "free";
        }

        @PostMapping("/free")
        String freePost() {
            return "free";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnChain {

        @Bean
        SecurityFilterChain ownChain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.requestMatchers(PaidEndpointRequest.toAnyPaidEndpoint())
                .permitAll()
                .anyRequest()
                .denyAll());
            return http.build();
        }

    }

}

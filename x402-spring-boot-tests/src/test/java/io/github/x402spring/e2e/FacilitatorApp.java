package io.github.x402spring.e2e;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitatorSettings;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.PaymentDraft;

/**
 * Is an application that settles for others, behind the security configuration of the
 * starter, and what others need to call it.
 */
final class FacilitatorApp implements AutoCloseable {

    static final String VERIFY = "/facilitator/verify";

    static final String SETTLE = "/facilitator/settle";

    static final String SUPPORTED = "/facilitator/supported";

    static final String JSON_TYPE = "Content-Type: application/json";

    static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x036CbD53842c5426634e7929541eC2318f3dCF7e", PaidApp.PAY_TO, 300,
            Map.of("name", "USDC", "version", "2"));

    static final ResourceInfo RESOURCE = new ResourceInfo("http://localhost/a", "One A", "text/plain");

    private static final WireJson JSON = new WireJson(64 * 1024);

    private final PaidApp app;

    private FacilitatorApp(PaidApp app) {
        this.app = app;
    }

    static FacilitatorApp start(List<Class<?>> sources, String... properties) {
        List<Class<?>> all = new ArrayList<>(sources);
        all.add(Everything.class);
        List<String> settings = new ArrayList<>(List.of("x402.facilitator.server.enabled=true"));
        settings.addAll(Arrays.asList(properties));
        return new FacilitatorApp(PaidApp.start(all, settings.toArray(String[]::new)));
    }

    static FacilitatorApp withFake(String... properties) {
        return start(List.of(Fake.class), properties);
    }

    PaidApp app() {
        return this.app;
    }

    FakeFacilitator fake() {
        return this.app.facilitator();
    }

    String url() {
        return "http://localhost:" + this.app.port() + "/facilitator";
    }

    HttpFacilitator client(String user) {
        HttpFacilitatorSettings settings = new HttpFacilitatorSettings(URI.create(url()), Duration.ofSeconds(10),
                Duration.ofSeconds(30), Duration.ofSeconds(30), List.of());
        return new HttpFacilitator(RestClient.builder(), settings,
                List.of((builder) -> builder.defaultHeaders((headers) -> headers.setBasicAuth(user, "secret"))));
    }

    Answer get(String path, String... headers) {
        return this.app.http().get(path, headers);
    }

    Answer post(String path, String body, String... headers) {
        return this.app.http().send("POST", path, body, headers);
    }

    Answer postAs(String user, String path, String body) {
        return post(path, body, JSON_TYPE, basic(user));
    }

    static String basic(String user) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
    }

    static PaymentDraft payment() {
        return PaidApp.WALLET.pay(TERMS, Instant.now());
    }

    static Map<String, Object> message(PaymentPayload payload) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("x402Version", payload.x402Version());
        message.put("paymentPayload", payload.tree());
        message.put("paymentRequirements", (payload.x402Version() == 1) ? TERMS.toV1Map(RESOURCE) : TERMS.toMap());
        return message;
    }

    static String json(Map<String, ?> message) {
        return new String(JSON.write(message), StandardCharsets.UTF_8);
    }

    static String body() {
        return json(message(payment().payload()));
    }

    @Override
    public void close() {
        this.app.close();
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Everything {

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("alice").password("{noop}secret").roles("SHOP").build(),
                    User.withUsername("bob").password("{noop}secret").roles("USER").build())::loadUserByUsername;
        }

        @Bean
        Till till() {
            return new Till();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Fake {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

    }

    @RestController
    static class Till {

        @GetMapping("/free")
        String free() {
            return "free";
        }

        @PostMapping("/free")
        String freePost() {
            return "free";
        }

        @GetMapping("/paid")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String paid() {
            return "paid";
        }

        @GetMapping("/{*rest}")
        String rest() {
            return "rest";
        }

    }

}

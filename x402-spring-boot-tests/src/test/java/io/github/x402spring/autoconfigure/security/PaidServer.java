package io.github.x402spring.autoconfigure.security;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.autoconfigure.webmvc.Challenges;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.TestWallet;

/**
 * Is an application with the whole of the auto-configuration on a real server, with a
 * facilitator that says yes.
 */
final class PaidServer implements AutoCloseable {

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ConfigurableApplicationContext context;

    private final int port;

    private PaidServer(ConfigurableApplicationContext context) {
        this.context = context;
        this.port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    static PaidServer start(List<Class<?>> configurations, String... properties) {
        List<Class<?>> classes = new ArrayList<>(configurations);
        classes.add(Everything.class);
        List<String> all = new ArrayList<>(List.of("server.port=0", "x402.ledger.type=memory",
                "management.health.redis.enabled=false", "x402.pay-to=" + PaidApplication.PAY_TO,
                "spring.main.banner-mode=off", "spring.security.user.name=alice",
                "spring.security.user.password=secret", "spring.security.user.roles=USER"));
        all.addAll(Arrays.asList(properties));
        return new PaidServer(
                new SpringApplicationBuilder(classes.toArray(Class<?>[]::new)).web(WebApplicationType.SERVLET)
                    .registerShutdownHook(false)
                    .run(all.stream().map((property) -> "--" + property).toArray(String[]::new)));
    }

    FakeFacilitator facilitator() {
        return this.context.getBean(FakeFacilitator.class);
    }

    <T> T bean(Class<T> type) {
        return this.context.getBean(type);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path));
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(request(path), headers);
    }

    HttpResponse<String> post(String path, String... headers) throws IOException, InterruptedException {
        return send(request(path).POST(BodyPublishers.ofString("{}")), headers);
    }

    HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws IOException, InterruptedException {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return this.client.send(request.build(), BodyHandlers.ofString());
    }

    /** Asks for the terms and signs a payment under the first of them. */
    String payment(String path) throws IOException, InterruptedException {
        return payment(send(request(path)));
    }

    String payment(HttpResponse<String> challenge) {
        PaymentRequirements requirements = Challenges
            .terms(challenge.headers().firstValue("PAYMENT-REQUIRED").orElseThrow())
            .accepts()
            .get(0);
        return TestWallet.create().pay(requirements, Instant.now()).header();
    }

    static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        this.context.close();
        this.client.shutdownNow();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Everything {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

    }

}

package io.github.x402spring.documentation;

import java.io.IOException;
import java.net.CookieManager;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Logs in to the console of an application that takes bearer tokens, with the filter
 * chain of the documentation and without it.
 */
@Tag("locale")
class ConsoleLoginTests {

    private static final String HOME = "<h1>Overview</h1>";

    private static volatile String granted = "";

    private static HttpServer login;

    private static ConfigurableApplicationContext withChain;

    private static ConfigurableApplicationContext withoutChain;

    @BeforeAll
    static void start() throws IOException {
        login = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        login.createContext("/authorize", ConsoleLoginTests::authorize);
        login.createContext("/token", (exchange) -> reply(exchange,
                "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":60,\"scope\":\"" + granted + "\"}"));
        login.createContext("/user", (exchange) -> reply(exchange, "{\"sub\":\"ann\"}"));
        login.start();
        withChain = run(Tokens.class, DocumentedConsole.class);
        withoutChain = run(Tokens.class);
    }

    @AfterAll
    static void stop() {
        withChain.close();
        withoutChain.close();
        login.stop(0);
    }

    @Test
    void loginWhenTheScopeIsGrantedThenOpensTheConsole() throws Exception {
        granted = "profile x402.console";
        HttpResponse<String> page = open(withChain);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains(HOME, "Simulated money");
    }

    @Test
    void loginWhenTheScopeIsNotGrantedThenIsAPageThatNamesIt() throws Exception {
        granted = "profile";
        HttpResponse<String> page = open(withChain);
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("You may not see the console", "SCOPE_x402.console").doesNotContain(HOME);
    }

    @Test
    void loginWhenThereIsNoChainForTheConsoleThenIsAPageThatSaysWhatIsMissing() throws Exception {
        HttpResponse<String> page = open(withoutChain);
        assertThat(page.statusCode()).isEqualTo(401);
        assertThat(page.body()).contains("You are not logged in", "This server takes access tokens")
            .doesNotContain(HOME);
    }

    @Test
    void tokenWhenItHasTheScopeThenOpensTheConsoleForAScript() throws Exception {
        assertThat(open(withoutChain, "Authorization", "Bearer x402.console").body()).contains(HOME);
        assertThat(open(withoutChain, "Authorization", "Bearer x402").statusCode()).isEqualTo(403);
    }

    private static HttpResponse<String> open(ConfigurableApplicationContext application, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin(application) + "/x402/console"))
            .header("Accept", "text/html");
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient browser = HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
            return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String origin(ConfigurableApplicationContext application) {
        return "http://localhost:" + application.getEnvironment().getRequiredProperty("local.server.port");
    }

    private static ConfigurableApplicationContext run(Class<?>... sources) {
        String server = "http://localhost:" + login.getAddress().getPort();
        String client = "--spring.security.oauth2.client.";
        List<String> arguments = new ArrayList<>(List.of("--spring.config.name=console-login", "--server.port=0",
                "--spring.main.banner-mode=off", "--x402.console.enabled=true", "--x402.facilitator.type=simulated",
                "--x402.ledger.type=memory", "--x402.pay-to=0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
                "--x402.resource-base-url=https://api.example.com", "--management.health.redis.enabled=false",
                client + "registration.login.client-id=console", client + "registration.login.client-secret=secret",
                client + "registration.login.scope=x402.console",
                client + "registration.login.authorization-grant-type=authorization_code",
                client + "registration.login.redirect-uri={baseUrl}/login/oauth2/code/{registrationId}",
                client + "provider.login.authorization-uri=" + server + "/authorize",
                client + "provider.login.token-uri=" + server + "/token",
                client + "provider.login.user-info-uri=" + server + "/user",
                client + "provider.login.user-name-attribute=sub"));
        return new SpringApplicationBuilder(sources).run(arguments.toArray(String[]::new));
    }

    /** Logs every caller in. */
    private static void authorize(HttpExchange exchange) throws IOException {
        var query = UriComponentsBuilder.fromUri(exchange.getRequestURI()).build(true).getQueryParams();
        String target = URI.create("?" + query.getFirst("redirect_uri")).getQuery();
        exchange.getResponseHeaders().add("Location", target + "?code=c&state=" + query.getFirst("state"));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private static void reply(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Takes a token for the scope that it consists of. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(WeatherController.class)
    static class Tokens {

        @Bean
        SecurityFilterChain tokens(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
            http.oauth2ResourceServer((server) -> server.jwt(withDefaults()));
            return http.build();
        }

        @Bean
        JwtDecoder decoder() {
            return (token) -> Jwt.withTokenValue(token)
                .header("alg", "none")
                .subject("ann")
                .claim("scope", token)
                .build();
        }

    }

}

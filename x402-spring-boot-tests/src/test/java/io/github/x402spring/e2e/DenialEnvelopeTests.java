package io.github.x402spring.e2e;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.security.web.X402HttpConfigurer;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DenialEnvelopeTests {

    private static PaidApp explained;

    private static PaidApp mute;

    @BeforeAll
    static void start() {
        explained = PaidApp.start(Free.class, "x402.envelope.enabled=true");
        mute = PaidApp.start(Free.class);
    }

    @AfterAll
    static void stop() {
        explained.close();
        mute.close();
    }

    @Test
    void denialWhenNobodySignedInThenExplainedBesideTheChallengeOfTheApplication() {
        Answer answer = explained.http().get("/report");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Basic realm=");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.reason()).isEqualTo("unauthenticated");
        assertThat(answer.json().at("/advice/retry_with").asString()).isEqualTo("credentials");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(answer.json().has("accepts")).isFalse();
        assertThat(answer.header("PAYMENT-REQUIRED")).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "/members, insufficient_scope, members", "/admin, forbidden, ''", "/method, forbidden, ''",
            "/thrown, forbidden, ''" })
    void denialWhenACallerLacksAuthorityThenExplainedAndOnlyScopesAreNamed(String path, String reason, String scope) {
        Answer answer = explained.http().get(path, PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.json().at("/context/required/scopes/0").asString("")).isEqualTo(scope);
        assertThat(answer.everything()).doesNotContain("ADMIN", "AccessDenied", "secret reason");
    }

    @ParameterizedTest
    @CsvSource({ "text/html, text/html;charset=UTF-8, <h1>Authentication required</h1>",
            "text/plain, text/plain;charset=UTF-8, Reason: unauthenticated",
            "application/json, application/json, \"reason\":\"unauthenticated\"" })
    void denialWhenAcceptedInAnotherFormThenWrittenInIt(String accept, String contentType, String text) {
        Answer answer = explained.http().get("/report", "Accept: " + accept);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Content-Type")).isEqualTo(contentType);
        assertThat(answer.text()).contains(text);
    }

    @Test
    void denialWhenTheRequestIsNamedThenItKeepsItsName() {
        Answer answer = explained.http()
            .get("/report", "X-Request-Id: 6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11",
                    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assertThat(answer.json().path("request_id").asString()).matches("[0-9a-f-]{36}")
            .isNotEqualTo("6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11");
        assertThat(answer.json().path("trace_id").asString()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/own-words", "/free" })
    void answerWhenTheApplicationWroteItThenUntouched(String path) {
        Answer with = explained.http().get(path, PolicyShop.ALICE);
        Answer without = mute.http().get(path, PolicyShop.ALICE);
        assertThat(with.status()).isEqualTo(without.status());
        assertThat(with.text()).isEqualTo(without.text());
    }

    @Test
    void denialWhenOneChainAsksForItThenExplainedThereOnly() {
        try (PaidApp app = PaidApp.start(OneChain.class)) {
            assertThat(app.http().get("/explained/report").reason()).isEqualTo("unauthenticated");
            assertThat(app.http().get("/report").text()).doesNotContain("decision");
        }
    }

    @Test
    void denialWhenAHandlerGoesOnAfterAnErrorThenWhatItWritesIsLost() {
        Answer answer = explained.http().get("/goes-on", PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.reason()).isEqualTo("forbidden");
        assertThat(answer.everything()).doesNotContain("secret of the handler");
    }

    @Test
    void denialWhenThePaymentWasSettledBeforeThenNotCalledUncharged() {
        try (PaidApp app = PaidApp.start(NoChain.class)) {
            Answer answer = app.http().get("/upfront", PaidApp.signature(app.pay("/upfront")));
            assertThat(answer.status()).isIn(401, 403);
            assertThat(answer.header("PAYMENT-RESPONSE")).isNotNull();
            assertThat(answer.text()).doesNotContain("charged");
        }
    }

    @Test
    void denialWhenTheStartersOwnChainRefusesThenExplained() {
        try (PaidApp app = PaidApp.start(NoChain.class)) {
            Answer answer = app.http().get("/paid", PolicyShop.ALICE);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.reason()).isEqualTo("unauthenticated");
            assertThat(answer.header("WWW-Authenticate")).startsWith("Basic");
        }
    }

    @Test
    void denialWhenNotEnabledThenAsSpringSecurityWritesIt() {
        Answer answer = mute.http().get("/report");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).doesNotContain("decision");
    }

    @Test
    void answerWhenNotDeniedThenUntouched() {
        assertThat(explained.http().get("/report", PolicyShop.ALICE).text()).isEqualTo("report");
        assertThat(explained.http().get("/missing", PolicyShop.ALICE).status()).isEqualTo(404);
    }

    /**
     * Leaves security to the starter.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class NoChain {

        @RestController
        static class Counter {

            @GetMapping("/upfront")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
            String upfront() {
                throw new AccessDeniedException("too late");
            }

            @GetMapping("/paid")
            @PaidEndpoint(price = "$0.01")
            String paid() {
                return "paid";
            }

        }

    }

    /**
     * Sells nothing, and explains in one of two chains.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class OneChain {

        @Bean
        @Order(1)
        SecurityFilterChain explained(HttpSecurity http) {
            http.securityMatcher("/explained/**");
            http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
            http.httpBasic(Customizer.withDefaults());
            http.with(X402HttpConfigurer.x402(), Customizer.withDefaults());
            return http.build();
        }

        @Bean
        @Order(2)
        SecurityFilterChain mute(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
            http.httpBasic(Customizer.withDefaults());
            return http.build();
        }

    }

    /**
     * Sells nothing.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableMethodSecurity
    static class Free {

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(User.withUsername("alice")
                .password("{noop}secret")
                .authorities("SCOPE_weather")
                .build())::loadUserByUsername;
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.requestMatchers("/members")
                .hasAuthority("SCOPE_members")
                .requestMatchers("/admin")
                .hasRole("ADMIN")
                .requestMatchers("/free", "/own-words")
                .permitAll()
                .anyRequest()
                .authenticated());
            http.httpBasic(Customizer.withDefaults());
            return http.build();
        }

        @RestController
        static class Reports {

            @GetMapping({ "/report", "/members", "/admin", "/free" })
            String report() {
                return "report";
            }

            @GetMapping("/method")
            @PreAuthorize("hasAuthority('SCOPE_gold')")
            String method() {
                return "method";
            }

            @GetMapping("/thrown")
            String thrown() {
                throw new AccessDeniedException("secret reason");
            }

            @GetMapping("/goes-on")
            String goesOn(HttpServletResponse response) throws IOException {
                response.sendError(403);
                response.setStatus(200);
                response.getOutputStream().print("secret of the handler");
                return "secret of the handler";
            }

            @GetMapping("/own-words")
            ResponseEntity<String> ownWords() {
                return ResponseEntity.status(403).body("not you");
            }

        }

    }

}

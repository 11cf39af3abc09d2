package io.github.x402spring.e2e;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Stops and resumes sales while the application runs.
 */
class KillSwitchTests {

    private static final String OPERATOR = "Authorization: Basic b3BlcmF0b3I6c2VjcmV0";

    private static final String READER = "Authorization: Basic cmVhZGVyOnNlY3JldA==";

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, CircuitTests.OwnFacilitator.class, OperatorsOnly.class),
                "management.endpoints.web.exposure.include=x402,health", "management.endpoint.x402.access=unrestricted",
                "management.health.redis.enabled=false");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        switchTo(true);
        app.reset();
    }

    @Test
    void statusWhenAskedThenShowsWhetherPaymentsAreAccepted() {
        assertAccepting(true);
        assertThat(switchTo(false).text()).isEqualTo("{\"accepting\":false}");
        assertAccepting(false);
    }

    @Test
    void switchWhenCallerMayNotThenStays() {
        assertThat(post("{\"accepting\":false}").status()).isEqualTo(401);
        assertThat(post("{\"accepting\":false}", READER).status()).isEqualTo(403);
        assertAccepting(true);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"accepting\":\"perhaps\"}", "{\"accepting\":null}" })
    void switchWhenUnreadableThenStays(String body) {
        assertThat(post(body, OPERATOR).status()).isEqualTo(400);
        assertAccepting(true);
    }

    @Test
    void payWhenNotAcceptingThenIsUnavailableUntilItIsAccepted() {
        String payment = PaidApp.signature(app.pay("/a"));
        switchTo(false);
        assertUnavailable(app.http().get("/a", payment));
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
        switchTo(true);
        assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({ "GET, /a", "GET, /upfront", "POST, /a" })
    void askWhenNotAcceptingThenNobodyIsChallenged(String method, String target) {
        switchTo(false);
        assertUnavailable(app.http().send(method, target, method.equals("POST") ? "" : null));
        switchTo(true);
        PaidApp.challenge(app.http().send(method, target, method.equals("POST") ? "" : null));
    }

    @Test
    void payWhenOneEndpointIsPausedThenOnlyThatOneIsUnavailable() {
        String payment = PaidApp.signature(app.pay("/a"));
        assertThat(pause(nameOf("/a"), true).json().path("paused").asBoolean()).isTrue();
        assertUnavailable(app.http().get("/a"));
        assertUnavailable(app.http().get("/a", payment));
        assertThat(app.http().get("/upfront").status()).isEqualTo(402);
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(pause(nameOf("/a"), false).json().path("paused").asBoolean(true)).isFalse();
        assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
    }

    @Test
    void pauseWhenThereIsNoSuchEndpointThenRefused() {
        assertThat(pause("nowhere", true).status()).isEqualTo(400);
    }

    private static String nameOf(String path) {
        return app.bean(PaidEndpointCatalog.class)
            .endpoints()
            .stream()
            .filter((listing) -> listing.mappings().contains("{GET [" + path + "]}"))
            .map((listing) -> listing.definition().name())
            .findFirst()
            .orElseThrow();
    }

    private static Answer pause(String endpoint, boolean paused) {
        return app.http()
            .send("POST", "/actuator/x402/" + endpoint, "{\"paused\":" + paused + "}", "Content-Type: application/json",
                    OPERATOR);
    }

    @Test
    void payWhenNotAcceptingAndThePaymentIsNotValidThenNobodyIsChallenged() {
        String forged = PaidApp.signature(app.pay("/a").tamper("nonce", "0x" + "22".repeat(32)));
        String forOtherTerms = PaidApp.signature(app.pay("/a").accepted(Map.of("scheme", "exact")));
        switchTo(false);
        assertUnavailable(app.http().get("/a", forged));
        assertUnavailable(app.http().get("/a", forOtherTerms));
        switchTo(true);
        PaidApp.challenge(app.http().get("/a", forged));
        PaidApp.challenge(app.http().get("/a", forOtherTerms));
    }

    @Test
    void freeWhenNotAcceptingThenIsDeliveredAndHealthIsUp() {
        switchTo(false);
        assertThat(app.http().get("/free").text()).isEqualTo("delivered free");
        assertThat(app.http().get("/actuator/health").json().path("status").asString()).isEqualTo("UP");
        Answer head = app.http().send("HEAD", "/a", null);
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.all("PAYMENT-REQUIRED")).isEmpty();
    }

    @Test
    void payWhenSwitchedOffWhileItIsSettledThenIsDelivered() throws Exception {
        CountDownLatch settling = new CountDownLatch(1);
        CountDownLatch switched = new CountDownLatch(1);
        app.facilitator().onSettle((call) -> {
            settling.countDown();
            await(switched);
            return SettleResponse.settled(null, FakeFacilitator.TRANSACTION, NETWORK);
        });
        String payment = PaidApp.signature(app.pay("/a"));
        Future<Answer> answer = Together.start(() -> app.http().get("/a", payment));
        settling.await();
        switchTo(false);
        switched.countDown();
        assertThat(answer.get().text()).isEqualTo("delivered a");
        assertThat(app.http().get("/a", payment).reason()).isEqualTo("payment_already_used");
    }

    @Test
    void payWhenNotAcceptingAndItsSettlementIsUnknownThenIsFinished() {
        String payment = PaidApp.signature(app.pay("/a"));
        SettleResponse pending = SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "", NETWORK);
        app.facilitator().onSettle(pending).onSettle(pending);
        assertThat(app.http().get("/a", payment).reason()).isEqualTo("settlement_pending");
        switchTo(false);
        assertThat(app.http().get("/a", payment).text()).isEqualTo("delivered a");
        assertThat(app.facilitator().settlements()).hasSize(3);
    }

    @Test
    void startWhenConfiguredNotToAcceptThenIsUnavailableAndTheEndpointIsNotThere() {
        try (PaidApp closed = PaidApp.start(Shop.class, "x402.payments.accepting=false")) {
            assertUnavailable(closed.http().get("/a"));
            assertThat(closed.http().get("/free").status()).isEqualTo(200);
            assertThat(closed.http().get("/actuator/x402").status()).isEqualTo(404);
        }
    }

    private static void assertAccepting(boolean accepting) {
        Answer answer = app.http().get("/actuator/x402", OPERATOR);
        assertThat(answer.json().path("accepting").asBoolean(!accepting)).isEqualTo(accepting);
    }

    private static Answer switchTo(boolean accepting) {
        Answer answer = post("{\"accepting\":" + accepting + "}", OPERATOR);
        assertThat(answer.status()).isEqualTo(200);
        return answer;
    }

    private static Answer post(String body, String... headers) {
        String[] all = new String[headers.length + 1];
        all[0] = "Content-Type: application/json";
        System.arraycopy(headers, 0, all, 1, headers.length);
        return app.http().send("POST", "/actuator/x402", body, all);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        }
        catch (InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("temporarily_unavailable");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Configuration(proxyBeanMethods = false)
    static class OperatorsOnly {

        @Bean
        @Order(1)
        SecurityFilterChain operatorChain(HttpSecurity http) {
            http.securityMatcher(EndpointRequest.to("x402"));
            http.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("OPERATOR"));
            http.csrf(AbstractHttpConfigurer::disable);
            http.httpBasic(withDefaults());
            return http.build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("operator").password("{noop}secret").roles("OPERATOR").build(),
                    User.withUsername("reader").password("{noop}secret").roles("READER").build())::loadUserByUsername;
        }

    }

}

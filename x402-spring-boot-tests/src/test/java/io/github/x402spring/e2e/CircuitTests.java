package io.github.x402spring.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.MutableClock;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sells with a facilitator over HTTP that stops answering and comes back.
 */
class CircuitTests {

    private static final Behaviour VALID = HostileFacilitatorServer.valid("");

    private static final Behaviour SETTLED = HostileFacilitatorServer.settled("", FakeFacilitator.TRANSACTION,
            "eip155:84532");

    private static final Behaviour DOWN = HostileFacilitatorServer.json(500, "{\"error\":\"down\"}");

    private static final int WINDOW = 4;

    private static final String[] SETTINGS = { "x402.facilitator.circuit-breaker.window=" + WINDOW,
            "x402.facilitator.circuit-breaker.open-time=10s" };

    private HostileFacilitatorServer server;

    private PaidApp app;

    @BeforeEach
    void start() {
        this.server = HostileFacilitatorServer.start().on("/verify", VALID).on("/settle", SETTLED);
        this.app = PaidApp.start(List.of(Shop.class, MovableTime.class), "x402.facilitator.url=" + this.server.url(),
                SETTINGS[0], SETTINGS[1]);
    }

    @AfterEach
    void stop() {
        this.app.close();
        this.server.close();
    }

    @Test
    void payWhenVerifyFailsTooOftenThenNobodyIsAskedUntilItIsTriedAgain() {
        this.server.on("/verify", DOWN).on("/supported", DOWN);
        String last = "";
        try (CapturedLog log = CapturedLog.begin()) {
            for (int i = 0; i < 3 * WINDOW; i++) {
                last = payment();
                assertUnavailable(this.app.http().get("/a", last));
            }
            assertThat(log.warnings()).hasSize(3)
                .filteredOn((warning) -> warning.contains("is called again in"))
                .hasSize(1);
        }
        assertThat(this.server.requests("/verify")).hasSize(WINDOW);
        assertThat(this.app.deliveries().runs()).isEmpty();
        assertThat(this.app.http().get("/free").status()).isEqualTo(200);
        assertThat(this.app.http().get("/a").status()).isEqualTo(402);

        this.server.on("/verify", VALID);
        assertUnavailable(this.app.http().get("/a", last));
        this.app.bean(MutableClock.class).advance(Duration.ofSeconds(11));
        assertThat(this.app.http().get("/a", last).status()).isEqualTo(200);
        for (int i = 0; i < WINDOW; i++) {
            assertThat(this.app.http().get("/a", payment()).status()).isEqualTo(200);
        }
    }

    @Test
    void payWhenSettleFailsTooOftenThenNoHandlerRunsInVainAndWhatIsUnknownStaysSo() {
        this.server.on("/settle", DOWN).on("/supported", DOWN);
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < WINDOW; i++) {
            unknown.add(payment());
            assertPending(this.app.http().get("/a", unknown.get(i)));
        }
        this.app.deliveries().reset();
        String fresh = payment();
        try (CapturedLog log = CapturedLog.begin()) {
            assertUnavailable(this.app.http().get("/a", fresh));
            assertThat(log.warnings()).isEmpty();
            assertThat(log.text()).contains("was not asked to verify");
        }
        assertThat(this.app.deliveries().runs()).isEmpty();
        assertThat(this.server.requests("/verify")).hasSize(WINDOW);
        this.server.on("/settle", SETTLED);
        unknown.forEach((payment) -> assertPending(this.app.http().get("/a", payment)));
        assertThat(this.server.requests("/settle")).hasSize(WINDOW);

        this.app.bean(MutableClock.class).advance(Duration.ofSeconds(11));
        unknown.forEach((payment) -> assertThat(this.app.http().get("/a", payment).status()).isEqualTo(200));
        assertThat(this.app.http().get("/a", fresh).status()).isEqualTo(200);
        assertThat(this.app.http().get("/a", unknown.get(0)).reason()).isEqualTo("payment_already_used");
    }

    @Test
    void payWhenUpfrontAndSettleFailsTooOftenThenIsNotCharged() {
        this.server.on("/settle", DOWN).on("/supported", DOWN);
        for (int i = 0; i < WINDOW; i++) {
            assertPending(this.app.http().get("/a", payment()));
        }
        String upfront = payment("/upfront");
        try (CapturedLog log = CapturedLog.begin()) {
            assertUnavailable(this.app.http().get("/upfront", upfront));
            assertThat(log.warnings()).isEmpty();
        }
        assertThat(this.server.requests("/settle")).hasSize(WINDOW);
        this.server.on("/settle", SETTLED);
        this.app.bean(MutableClock.class).advance(Duration.ofSeconds(11));
        assertThat(this.app.http().get("/upfront", upfront).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({ "500,404,false", "500,405,false", "500,501,false", "403,404,false", "404,404,true", "405,404,true",
            "404,200,false", "404,500,true", "500,403,true", "500,500,true" })
    void payWhenCallsFailThenOnlyTroubleOfTheFacilitatorKeepsItFromBeingAsked(int call, int question, boolean opens) {
        this.server.on("/verify", HostileFacilitatorServer.json(call, "{}"))
            .on("/supported", HostileFacilitatorServer.json(question, "{}"));
        for (int i = 0; i < 3 * WINDOW; i++) {
            assertUnavailable(this.app.http().get("/a", payment()));
        }
        assertThat(this.server.requests("/verify")).hasSize(opens ? WINDOW : 3 * WINDOW);
        this.server.on("/verify", VALID);
        assertThat(this.app.http().get("/a", payment()).status()).isEqualTo(opens ? 503 : 200);
    }

    @Test
    void payWhenPaymentsAreRejectedThenTheFacilitatorIsAskedOn() {
        this.server.on("/verify", HostileFacilitatorServer.invalid("insufficient_funds"));
        for (int i = 0; i < 3 * WINDOW; i++) {
            assertThat(this.app.http().get("/a", payment()).reason()).isEqualTo("payment_rejected");
        }
        this.server.on("/verify", VALID);
        assertThat(this.app.http().get("/a", payment()).status()).isEqualTo(200);
    }

    @Test
    void payWhenTheFacilitatorIsABeanOfTheApplicationThenIsProtectedToo() {
        try (PaidApp own = PaidApp.start(List.of(Shop.class, MovableTime.class, OwnFacilitator.class), SETTINGS)) {
            own.facilitator().onProbe(new FacilitatorException("down", null));
            for (int i = 0; i < WINDOW; i++) {
                own.facilitator().onVerify(FakeFacilitator.failure(new FacilitatorException("down", null)));
            }
            for (int i = 0; i < 2 * WINDOW; i++) {
                assertUnavailable(own.http().get("/a", PaidApp.signature(own.pay("/a"))));
            }
            assertThat(own.facilitator().verifications()).hasSize(WINDOW);
            own.bean(MutableClock.class).advance(Duration.ofSeconds(11));
            assertThat(own.http().get("/a", PaidApp.signature(own.pay("/a"))).status()).isEqualTo(200);
        }
    }

    private String payment() {
        return payment("/a");
    }

    /** A payer has few payments of unknown outcome. */
    private String payment(String target) {
        return PaidApp.signature(TestWallet.create().pay(this.app.terms(target), Instant.now()));
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.reason()).isEqualTo("temporarily_unavailable");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertRetry(answer);
    }

    private static void assertPending(Answer answer) {
        assertThat(answer.reason()).isEqualTo("settlement_pending");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertRetry(answer);
    }

    private static void assertRetry(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFacilitator {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

    }

}

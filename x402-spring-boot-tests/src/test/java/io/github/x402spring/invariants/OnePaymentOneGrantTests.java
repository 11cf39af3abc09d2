package io.github.x402spring.invariants;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.Shop;
import io.github.x402spring.e2e.Together;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Invariant 2: an authorization is good for one request, once, across threads, instances
 * and restarts, whatever the facilitator replies. Here it agrees to everything.
 */
class OnePaymentOneGrantTests {

    private static final List<Class<?>> SOURCES = List.of(Shop.class, PermissiveFacilitatorConfiguration.class);

    private static final String JSON = "Content-Type: application/json";

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(SOURCES);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @Test
    void payWhenTwiceWithTwoPaymentsThenGrantsTwice() {
        assertThat(app.http().get("/a", PaidApp.signature(app.pay("/a"))).status()).isEqualTo(200);
        assertThat(app.http().get("/a", PaidApp.signature(app.pay("/a"))).status()).isEqualTo(200);
        assertGrants(2);
    }

    @Test
    void payWhenTwiceWithOnePaymentThenGrantsOnce() {
        String payment = PaidApp.signature(app.pay("/a"));
        assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
        assertThat(app.http().get("/a", payment).status()).isEqualTo(409);
        assertGrants(1);
    }

    @Test
    void payWhenOnManyThreadsWithOnePaymentThenGrantsOnce() throws Exception {
        String payment = PaidApp.signature(app.pay("/a"));
        List<Answer> answers = Together.run(Collections.nCopies(20, () -> app.http().get("/a", payment)));
        assertThat(answers).filteredOn((answer) -> answer.status() == 200).hasSize(1);
        assertThat(answers).filteredOn((answer) -> answer.status() == 409).hasSize(19);
        assertGrants(1);
    }

    @ParameterizedTest
    @CsvSource({ "GET, /b, , the handler", "POST, /a, '', the method", "GET, /a?days=5, , the query",
            "GET, /a/, , the path", "POST, /json, 2, all of it" })
    void payWhenGrantedThenNotForARequestThatDiffersIn(String method, String target, String body, String difference) {
        String payment = PaidApp.signature(app.pay("/a"));
        assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
        assertThat(app.http().send(method, target, body, JSON, payment).status()).isIn(404, 409);
        assertGrants(1);
    }

    @Test
    void payWhenGrantedThenNotForAnotherBody() {
        String payment = PaidApp.signature(app.pay("POST", "/json"));
        assertThat(app.http().send("POST", "/json", "{\"n\":1}", JSON, payment).status()).isEqualTo(200);
        assertThat(app.http().send("POST", "/json", "{\"n\":2}", JSON, payment).status()).isEqualTo(409);
        assertGrants(1);
    }

    @Test
    void payWhenOnTwoInstancesAndAfterARestartThenGrantsOnce() {
        String[] shared = { "x402.ledger.type=jdbc", "x402.resource-base-url=https://shop.example",
                "spring.datasource.url=jdbc:h2:mem:one-payment-one-grant" };
        try (PaidApp first = PaidApp.start(SOURCES, shared)) {
            String payment = PaidApp.signature(first.pay("/a"));
            assertThat(first.http().get("/a", payment).status()).isEqualTo(200);
            for (int restart = 0; restart < 2; restart++) {
                try (PaidApp other = PaidApp.start(SOURCES, shared)) {
                    assertThat(other.http().get("/a", payment).status()).isEqualTo(409);
                    assertThat(other.deliveries().runs()).isEmpty();
                    assertThat(other.facilitator().settlements()).isEmpty();
                    assertThat(other.http().get("/a", PaidApp.signature(other.pay("/a"))).status()).isEqualTo(200);
                }
            }
        }
    }

    private static void assertGrants(int grants) {
        assertThat(app.deliveries().runs()).hasSize(grants);
        assertThat(app.facilitator().settlements()).hasSize(grants);
    }

}

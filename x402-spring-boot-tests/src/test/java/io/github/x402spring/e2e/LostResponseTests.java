package io.github.x402spring.e2e;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.Eventually;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Presents payments whose settlement is in the ledger, and whose answers never left
 * because their instance died.
 */
@Tag("waiting")
class LostResponseTests {

    private static final String JSON = "Content-Type: application/json";

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, Versions.class, PermissiveFacilitatorConfiguration.class),
                "x402.ledger.type=jdbc", "spring.datasource.url=jdbc:h2:mem:lost-answers",
                "x402.endpoints.counter-form.idempotent=true", "x402.endpoints.counter-b.idempotent=false");
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
    void presentWhenTheAnswerWasLostThenServedAndNotSettledAgain() {
        String payment = lost("GET", "/a", null);
        Answer again = app.http().get("/a", payment);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text()).isEqualTo("delivered a");
        assertThat(PaidApp.receipt(again)).containsEntry("success", true)
            .containsEntry("transaction", FakeFacilitator.TRANSACTION);
        assertThat(app.facilitator().settlements()).hasSize(1);
        assertThat(app.facilitator().verifications()).hasSize(1);
        assertThat(app.deliveries().runs()).containsExactly("a", "a");
        assertThat(app.http().get("/a", payment).reason()).isEqualTo("payment_already_used");
        assertThat(app.deliveries().runs()).hasSize(2);
    }

    @Test
    void presentWhenTheAnswerMayBeOnItsWayThenInFlight() {
        String payment = lost("GET", "/a", null);
        jdbc().update("UPDATE x402_payment SET delivery_until = ?",
                Timestamp.from(Instant.now().plus(Eventually.PATIENCE)));
        Answer again = app.http().get("/a", payment);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.reason()).isEqualTo("payment_in_flight");
        assertThat(again.header("Retry-After")).isNotNull();
        assertThat(app.deliveries().runs()).hasSize(1);
    }

    @Test
    void presentWhenManyAskForTheLostAnswerThenItIsGivenOnce() throws Exception {
        String payment = lost("GET", "/a", null);
        List<Answer> answers = Together.run(Collections.nCopies(20, () -> app.http().get("/a", payment)));
        assertThat(answers).filteredOn((answer) -> answer.status() == 200).hasSize(1);
        assertThat(answers).filteredOn((answer) -> answer.status() == 409).hasSize(19);
        assertThat(app.facilitator().settlements()).hasSize(1);
        assertThat(app.deliveries().runs()).hasSize(2);
    }

    @Test
    void presentWhenTheHandlerMayNotRunTwiceThenSaidToBeChargedAndNotRun() {
        String payment = lost("POST", "/json", "{}", JSON);
        assertUnavailable(app.http().send("POST", "/json", "{}", JSON, payment));
        awaitNone("delivery_until > CURRENT_TIMESTAMP");
        assertUnavailable(app.http().send("POST", "/json", "{}", JSON, payment));
        assertUnavailable(app.http().get("/b", lost("GET", "/b", null)));
        assertThat(app.deliveries().runs()).hasSize(2);
    }

    @Test
    void presentWhenTheSettlementBecameKnownLaterThenTheHandlerRunsWhateverTheMethod() {
        String payment = lost("POST", "/json", "{}", JSON);
        jdbc().update("UPDATE x402_payment SET delivery_until = NULL");
        assertThat(app.http().send("POST", "/json", "{}", JSON, payment).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(1);
        assertThat(app.deliveries().runs()).hasSize(2);
        assertThat(app.http().send("POST", "/json", "{}", JSON, payment).status()).isEqualTo(409);
    }

    @Test
    void presentWhenThePostIsIdempotentThenServed() {
        String payment = lost("POST", "/form", "name=n", FORM);
        assertThat(app.http().send("POST", "/form", "name=n", FORM, payment).text()).isEqualTo("delivered form n");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void presentWhenForAnotherRequestThenMismatch() {
        String payment = lost("GET", "/a", null);
        assertThat(app.http().get("/a?other=1", payment).reason()).isEqualTo("request_mismatch");
        assertThat(app.deliveries().runs()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "GET, /versions, X-Version: 1, X-Version: 2",
            "GET, /formats, Accept: text/plain, Accept: application/json",
            "POST, /inputs, Content-Type: text/plain, Content-Type: application/json" })
    void presentWhenAHeaderChoosesAnotherHandlerThenMismatch(String method, String path, String first, String second) {
        Answer challenge = app.http().send(method, path, "", first);
        String payment = PaidApp
            .signature(PaidApp.WALLET.pay(PaidApp.challenge(challenge).accepts().get(0), Instant.now()));
        lose(method, path, "", payment, first);
        Answer other = app.http().send(method, path, "", second, payment);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.reason()).isEqualTo("request_mismatch");
        assertThat(other.json().at("/payment/charged").asString()).isEqualTo("yes");
        assertThat(app.http().send(method, path, "", first, payment).text()).isEqualTo("delivered one");
        assertThat(app.deliveries().runs()).containsExactly("one", "one");
    }

    @Test
    void presentWhenAStrangerForgesThePaymentThenNothingAndThePayerIsStillServed() {
        PaymentDraft payment = app.pay("/a");
        lose("GET", "/a", null, PaidApp.signature(payment));
        payment.signedBy(TestWallet.named("666"));
        assertThat(app.http().get("/a", PaidApp.signature(payment)).reason()).isEqualTo("payment_invalid");
        assertThat(app.deliveries().runs()).hasSize(1);
        payment.signedBy(PaidApp.WALLET);
        assertThat(app.http().get("/a", PaidApp.signature(payment)).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void presentWhenTheHandlerFailsThenChargedOnceAndServedLater() {
        String payment = lost("GET", "/a", null);
        AtomicBoolean failed = new AtomicBoolean();
        app.deliveries().onNext(() -> {
            failed.set(true);
            throw new IllegalStateException("out of order");
        });
        Answer failure = app.http().get("/a", payment);
        assertThat(failed).isTrue();
        assertThat(failure.status()).isEqualTo(500);
        assertThat(PaidApp.receipt(failure)).containsEntry("success", true);
        assertThat(served(payment).text()).isEqualTo("delivered a");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void timelineWhenTheAnswerWasGivenAgainThenTellsAll() {
        String payment = lost("GET", "/a", null);
        assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
        awaitNone("delivered_at IS NULL");
        assertThat(jdbc().queryForList("SELECT type FROM x402_payment_event ORDER BY id", String.class))
            .endsWith("SETTLED", "DELIVERED", "REDELIVERY", "DELIVERED");
    }

    private static Answer served(String payment) {
        AtomicReference<Answer> answer = new AtomicReference<>();
        Eventually.await("the payment is free", () -> {
            answer.set(app.http().get("/a", payment));
            return answer.get().status() != 409;
        });
        return answer.get();
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.reason()).isEqualTo("payment_already_used");
        assertThat(answer.json().at("/type").asString()).endsWith("/answer-unavailable");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("yes");
        assertThat(answer.header("PAYMENT-REQUIRED")).isNull();
    }

    /** Pays, and takes from the ledger what it learned after the settlement. */
    private static String lost(String method, String target, String body, String... headers) {
        String payment = PaidApp.signature(app.pay(method, target));
        lose(method, target, body, payment, headers);
        return payment;
    }

    private static void lose(String method, String target, String body, String payment, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = payment;
        jdbc().update("DELETE FROM x402_payment");
        assertThat(app.http().send(method, target, body, all).status()).isEqualTo(200);
        awaitNone("delivered_at IS NULL");
        assertThat(jdbc()
            .update("UPDATE x402_payment SET delivered_at = NULL, delivery_until = created_at, token = 'dead'"))
            .isOne();
    }

    /** The ledger is told behind the request's back. */
    private static void awaitNone(String condition) {
        Eventually.await("none has " + condition,
                () -> jdbc().queryForList("SELECT * FROM x402_payment WHERE " + condition).isEmpty());
    }

    private static JdbcTemplate jdbc() {
        return app.bean(JdbcTemplate.class);
    }

    /**
     * Has two handlers for each address, among which a header chooses.
     */
    @RestController
    static class Versions {

        private final Deliveries deliveries;

        Versions(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @GetMapping(path = "/versions", headers = "X-Version=1")
        @PaidEndpoint(value = "versions", price = "$0.01", authorize = "permitAll")
        String versionOne() {
            return this.deliveries.run("one");
        }

        @GetMapping(path = "/versions", headers = "X-Version=2")
        @PaidEndpoint(value = "versions", price = "$0.01", authorize = "permitAll")
        String versionTwo() {
            return this.deliveries.run("two");
        }

        @GetMapping(path = "/formats", produces = "text/plain")
        @PaidEndpoint(value = "formats", price = "$0.01", authorize = "permitAll")
        String formatOne() {
            return this.deliveries.run("one");
        }

        @GetMapping(path = "/formats", produces = "application/json")
        @PaidEndpoint(value = "formats", price = "$0.01", authorize = "permitAll")
        String formatTwo() {
            return this.deliveries.run("two");
        }

        @PostMapping(path = "/inputs", consumes = "text/plain")
        @PaidEndpoint(value = "inputs", price = "$0.01", authorize = "permitAll", idempotent = true)
        String inputOne() {
            return this.deliveries.run("one");
        }

        @PostMapping(path = "/inputs", consumes = "application/json")
        @PaidEndpoint(value = "inputs", price = "$0.01", authorize = "permitAll", idempotent = true)
        String inputTwo() {
            return this.deliveries.run("two");
        }

    }

}

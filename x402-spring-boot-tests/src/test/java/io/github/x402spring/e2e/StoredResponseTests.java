package io.github.x402spring.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.Eventually;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.security.X402AuthorizationDecision;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Presents payments again where answers are kept.
 */
@Tag("locale")
class StoredResponseTests {

    private static final AuthorizationResult YES = new AuthorizationDecision(true);

    private static final String[] KEEPING = { "x402.ledger.keep-response.enabled=true",
            "x402.ledger.keep-response.max-size=1KB", "x402.ledger.type=jdbc",
            "spring.datasource.url=jdbc:h2:mem:kept-answers" };

    private static PaidApp app;

    private static PolicyShop.Policy policy;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(PolicyShop.class, Till.class), with(key(1)));
        policy = app.bean(PolicyShop.Policy.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        policy.says(YES);
        app.reset();
    }

    private static String[] with(String property) {
        return List.of(List.of(KEEPING), List.of(property)).stream().flatMap(List::stream).toArray(String[]::new);
    }

    private static String key(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return "x402.ledger.keep-response.key=" + Base64.getEncoder().encodeToString(key);
    }

    @Test
    void presentWhenKeptThenTheSameAnswerWithItsReceiptAndNothingRuns() {
        String payment = PaidApp.signature(app.pay("POST", "/order"));
        Answer first = post("/order", payment);
        assertThat(first.status()).isEqualTo(201);
        for (int i = 0; i < 2; i++) {
            Answer again = post("/order", payment);
            assertThat(again.status()).isEqualTo(201);
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.all("X-Order")).containsExactly("1", "2");
            assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
            assertThat(again.header("Cache-Control")).isEqualTo(first.header("Cache-Control"));
            assertThat(PaidApp.receipt(again).get("transaction")).isEqualTo(PaidApp.receipt(first).get("transaction"));
        }
        assertThat(app.deliveries().runs()).containsExactly("order");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void presentWhenAnotherPaymentHasTheNameOfThePurchaseThenTheKeptAnswer() {
        String key = "Idempotency-Key: order-7";
        Answer first = post("/order", key, PaidApp.signature(app.pay("POST", "/order")));
        Answer second = post("/order", key, PaidApp.signature(app.pay("POST", "/order")));
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(app.deliveries().runs()).hasSize(1);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void presentWhenForgedThenNothing() {
        PaymentDraft payment = app.pay("POST", "/order");
        assertThat(post("/order", PaidApp.signature(payment)).status()).isEqualTo(201);
        payment.signedBy(TestWallet.named("666"));
        Answer forged = post("/order", PaidApp.signature(payment));
        assertThat(forged.reason()).isEqualTo("payment_invalid");
        assertThat(forged.everything()).doesNotContain("delivered order");
    }

    @Test
    void presentWhenAnotherCallerHasThePaymentThenNothing() {
        String payment = PaidApp.signature(app.pay("POST", "/order"));
        assertThat(post("/order", payment, PolicyShop.ALICE).status()).isEqualTo(201);
        assertThat(post("/order", payment, PolicyShop.BOB).reason()).isEqualTo("payment_already_used");
        assertThat(post("/order", payment).reason()).isEqualTo("payment_already_used");
        assertThat(post("/order", payment, PolicyShop.ALICE).status()).isEqualTo(201);
    }

    @Test
    void presentWhenThePolicySaysNoNowThenNothing() {
        String payment = PaidApp.signature(app.pay("/forecast"));
        assertThat(app.http().get("/forecast", payment).status()).isEqualTo(200);
        policy.says(new AuthorizationDecision(false));
        Answer refused = app.http().get("/forecast", payment);
        assertThat(refused.reason()).isEqualTo("payment_already_used");
        assertThat(refused.everything()).doesNotContain("clear");
        policy.says(YES);
        assertThat(app.http().get("/forecast", payment).status()).isEqualTo(200);
    }

    @Test
    void presentWhenThePolicyLimitsMoreNowThenLess() {
        String payment = PaidApp.signature(app.pay("/forecast"));
        assertThat(app.http().get("/forecast", payment).text()).contains("clear", "pressure");
        policy.says(redact("sky"));
        Answer less = app.http().get("/forecast", payment);
        assertThat(less.json().at("/sky").asString()).isEqualTo("clear");
        assertThat(less.text()).doesNotContain("pressure", "days");
    }

    @Test
    void presentWhenThePolicyLimitsLessNowThenNoMoreThanWasKept() {
        String payment = PaidApp.signature(app.pay("/forecast"));
        policy.says(redact("sky"));
        assertThat(app.http().get("/forecast", payment).text()).doesNotContain("pressure");
        policy.says(YES);
        Answer again = app.http().get("/forecast", payment);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text()).contains("clear").doesNotContain("pressure", "days");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/cookie", "/large", "/redirect" })
    void presentWhenTheAnswerIsNotOfTheKindThenItIsNotKept(String path) {
        String payment = PaidApp.signature(app.pay("POST", path));
        assertThat(post(path, payment).status()).isLessThan(400);
        assertThat(jdbc().queryForList("SELECT 1 FROM x402_answer WHERE nonce = (SELECT nonce FROM x402_payment "
                + "ORDER BY created_at DESC FETCH FIRST 1 ROW ONLY)"))
            .isEmpty();
        assertThat(post(path, payment).status()).isEqualTo(409);
    }

    @Test
    void settleWhenRefusedThenNothingIsKept() {
        jdbc().update("DELETE FROM x402_answer");
        app.facilitator()
            .onSettle(SettleResponse.failed(ReasonCode.of("insufficient_funds"), "", app.terms("/text").network()));
        assertThat(app.http().get("/text", PaidApp.signature(app.pay("/text"))).status()).isEqualTo(402);
        assertThat(jdbc().queryForObject("SELECT COUNT(*) FROM x402_answer", Long.class)).isZero();
        assertThat(app.http().get("/text", PaidApp.signature(app.pay("/text"))).status()).isEqualTo(200);
        assertThat(jdbc().queryForObject("SELECT COUNT(*) FROM x402_answer", Long.class)).isOne();
    }

    @Test
    void settleWhenUnknownThenTheAnswerIsNotGivenBeforeItIsSettled() {
        SettleResponse pending = SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "", app.terms("/text").network());
        app.facilitator().onSettle(pending).onSettle(pending).onSettle(pending).onSettle(pending);
        String payment = PaidApp.signature(app.pay("/text"));
        assertThat(app.http().get("/text", payment).status()).isEqualTo(503);
        Answer again = app.http().get("/text", payment);
        assertThat(again.status()).isEqualTo(503);
        assertThat(again.everything()).doesNotContain("delivered");
    }

    @Test
    void databaseWhenReadThenTheAnswerIsNotThereInTheClear() {
        jdbc().update("DELETE FROM x402_answer");
        assertThat(app.http().get("/text", PaidApp.signature(app.pay("/text"))).text()).contains("secret text");
        byte[] sealed = jdbc().queryForObject("SELECT sealed FROM x402_answer", byte[].class);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret", "text/plain");
    }

    /** Other instances learn a moment later that it was delivered. */
    private static String reasonOnceDelivered(PaidApp other, String payment) {
        AtomicReference<String> reason = new AtomicReference<>();
        Eventually.await("the delivery is recorded", () -> {
            reason.set(other.http().send("POST", "/order", "", payment).reason());
            return !"payment_in_flight".equals(reason.get());
        });
        return reason.get();
    }

    @Test
    void presentWhenTheKeyIsAnotherThenNothing() {
        String payment = PaidApp.signature(app.pay("POST", "/order"));
        assertThat(post("/order", payment).status()).isEqualTo(201);
        try (PaidApp other = PaidApp.start(List.of(PolicyShop.class, Till.class),
                Stream
                    .concat(Arrays.stream(with(key(2))),
                            Stream.of("x402.resource-base-url=http://localhost:" + app.port()))
                    .toArray(String[]::new))) {
            other.bean(PolicyShop.Policy.class).says(YES);
            assertThat(reasonOnceDelivered(other, payment)).isEqualTo("payment_already_used");
        }
        assertThat(post("/order", payment).status()).isEqualTo(201);
    }

    private static AuthorizationResult redact(String... fields) {
        return X402AuthorizationDecision.granted().obligation("redact", Map.of("fields", List.of(fields))).build();
    }

    private static Answer post(String path, String... headers) {
        return app.http().send("POST", path, "", headers);
    }

    private static JdbcTemplate jdbc() {
        return app.bean(JdbcTemplate.class);
    }

    /**
     * Sells what must not be made twice.
     */
    @RestController
    static class Till {

        private final Deliveries deliveries;

        Till(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @PostMapping("/order")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<String> order() {
            return ResponseEntity.status(HttpStatus.CREATED)
                .header("X-Order", "1", "2")
                .body(this.deliveries.run("order") + " \u00e9 " + System.nanoTime());
        }

        @PostMapping("/cookie")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String cookie(HttpServletResponse response) {
            response.addCookie(new Cookie("a", "b"));
            return this.deliveries.run("cookie");
        }

        @PostMapping("/large")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String large() {
            return "x".repeat(1025);
        }

        @PostMapping("/redirect")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void redirect(HttpServletResponse response) throws IOException {
            response.sendRedirect("/elsewhere");
        }

    }

}

package io.github.x402spring.e2e;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authorization.AuthorizationDecision;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

class TaskTests {

    private static final String JSON = "Content-Type: application/json";

    private static PaidApp app;

    private final TestWallet wallet = TestWallet.create();

    @BeforeAll
    static void start() {
        app = PaidApp.start(PolicyShop.class, "x402.limits[0].name=task", "x402.limits[0].per=task",
                "x402.limits[0].max-count=2", "x402.limits[1].name=cheap", "x402.limits[1].per=task",
                "x402.limits[1].max-amount=$0.005", "x402.limits[1].endpoints=counter-stream",
                "management.endpoints.web.exposure.include=x402tasks",
                "management.endpoint.x402tasks.access=unrestricted");
        app.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
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
    void taskWhenItsLimitIsReachedThenRefusedAndOtherTasksAndOtherCallersGoOn() {
        assertThat(buy("/text", "X402-Task: trip-1").status()).isEqualTo(200);
        assertThat(buy("/forecast", "X402-Task: trip-1").status()).isEqualTo(200);
        Answer refused = buy("/text", "X402-Task: trip-1");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("86400");
        assertThat(buy("/text", "X402-Task: trip-2").status()).isEqualTo(200);
        assertThat(buy("/text", null).status()).isEqualTo(200);
        assertThat(app.http().get("/text", payment("/text"), PolicyShop.ALICE, "X402-Task: trip-1").status())
            .isEqualTo(200);
        assertThat(app.http()
            .get("/text", PaidApp.signature(TestWallet.create().pay(app.terms("/text"), Instant.now())),
                    "X402-Task: trip-1")
            .status()).isEqualTo(200);
    }

    @Test
    void taskWhenAPriceAloneIsMoreThanItsLimitThenForbiddenAndSoldWithoutTheTask() {
        Answer refused = buy("/stream", "X402-Task: cheap");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.reason()).isEqualTo("forbidden");
        assertThat(refused.header("Retry-After")).isNull();
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(buy("/stream", null).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "X402-Task:", "X402-Task: a b", "X402-Task: a/b", "X402-Task: caf\u00e9",
            "X402-Task: a\r\nX402-Task: b", "X402-Task: a,b", "X402-Task: {129}" })
    void taskWhenItsIdIsMalformedThenRefusedAndThePaymentIsGood(String header) {
        String payment = payment("/text");
        Answer refused = app.http().get("/text", payment, header.replace("{129}", "x".repeat(129)));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/type").asString()).endsWith("/task-malformed");
        assertThat(refused.json().at("/advice/retry_with").asString()).isEqualTo("same_payment");
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.http().get("/text", payment, "X402-Task: " + "x".repeat(128)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/text", "/upfront" })
    void taskWhenEndedThenRefusedAndNobodyElse(String path) {
        String task = "ended" + path.replace('/', '-');
        assertThat(buy(path, "X402-Task: " + task).status()).isEqualTo(200);
        end(task, "payer", this.wallet.address());
        Answer refused = buy(path, "X402-Task: " + task);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.reason()).isEqualTo("forbidden");
        assertThat(refused.json().at("/type").asString()).endsWith("/task-ended");
        assertThat(refused.json().at("/advice/retry_with").asString()).isEqualTo("never");
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(app.facilitator().settlements()).hasSize(1);
        assertThat(app.deliveries().runs()).hasSize(1);
        assertThat(app.http().get(path, payment(path), PolicyShop.ALICE, "X402-Task: " + task).status()).isEqualTo(200);
        end(task, "caller", "alice");
        assertThat(app.http().get(path, payment(path), PolicyShop.ALICE, "X402-Task: " + task).status()).isEqualTo(403);
    }

    @Test
    void taskWhenEndedWhileTheHandlerRunsThenNothingIsSettled() {
        app.deliveries().onNext(() -> end("running", "payer", this.wallet.address()));
        String payment = payment("/text");
        Answer refused = app.http().get("/text", payment, "X402-Task: running");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().at("/type").asString()).endsWith("/task-ended");
        assertThat(refused.everything()).doesNotContain("delivered");
        assertThat(app.deliveries().runs()).hasSize(1);
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.http().get("/text", payment).status()).isEqualTo(200);
    }

    @Test
    void taskWhenEndedWhileTheOutcomeIsUnknownThenThePaymentStaysUnknown() {
        SettleResponse pending = SettleResponse.failed(ReasonCode.of("settlement_pending"), "",
                Network.parse("base-sepolia"));
        app.facilitator().onSettle(pending).onSettle(pending);
        String payment = payment("/text");
        assertThat(app.http().get("/text", payment, "X402-Task: unknown").status()).isEqualTo(503);
        end("unknown", "payer", this.wallet.address());
        Answer answer = app.http().get("/text", payment, "X402-Task: unknown");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("settlement_pending");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(app.facilitator().settlements()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}
            {"caller":"ann","payer":"0x1"}
            """)
    void endWhenItIsNotClearWhoseThenRefused(String body) {
        assertThat(app.http().send("POST", "/actuator/x402tasks/a", body, JSON).status()).isEqualTo(400);
    }

    private static void end(String task, String kind, String owner) {
        Answer ended = app.http()
            .send("POST", "/actuator/x402tasks/" + task, "{\"" + kind + "\":\"" + owner + "\"}", JSON);
        assertThat(ended.status()).isEqualTo(200);
        assertThat(ended.json().at("/id").asString()).isEqualTo(task);
        assertThat(ended.json().at("/ended").asBoolean()).isTrue();
    }

    private Answer buy(String path, @Nullable String task) {
        return (task != null) ? app.http().get(path, payment(path), task) : app.http().get(path, payment(path));
    }

    private String payment(String path) {
        return PaidApp.signature(this.wallet.pay(app.terms(path), Instant.now()));
    }

}

package io.github.x402spring.e2e;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Vectors;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pays for purchases that the client named, with more authorizations than one.
 */
@Tag("locale")
class PaymentIdentifierTests {

    private static final String ID = "pay_00112233445566778899aabbccddeeff";

    private static PaidApp app;

    private static int names;

    @BeforeAll
    static void start() {
        app = start("optional");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    private static PaidApp start(String mode) {
        return PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class),
                "x402.payments.identifier=" + mode);
    }

    @Test
    void termsWhenRequiredThenDeclareAsTheOfficialSdk() {
        try (PaidApp strict = start("required")) {
            assertThat(PaidApp.challenge(strict.http().get("/a")).extensions().get("payment-identifier"))
                .isEqualTo(Vectors.object(Vectors.member("payment-identifier.json", "declaration")));
            String plain = PaidApp.signature(strict.pay("/a"));
            assertUnusable(strict.http().get("/a", plain));
            assertThat(strict.facilitator().verifications()).isEmpty();
            assertThat(strict.http().get("/a", PaidApp.signature(named(strict.pay("/a"), ID))).status()).isEqualTo(200);
        }
    }

    @Test
    void termsWhenOptionalThenDeclareThat() {
        assertThat(PaidApp.challenge(app.http().get("/a")).extensions().get("payment-identifier")).asString()
            .contains("required=false");
        assertThat(app.http().get("/a", PaidApp.signature(app.pay("/a"))).status()).isEqualTo(200);
    }

    @Test
    void payWhenOffThenNothingIsDeclaredAndEachPaymentIsCharged() {
        try (PaidApp plain = start("off")) {
            assertThat(PaidApp.challenge(plain.http().get("/a")).extensions()).doesNotContainKey("payment-identifier");
            assertThat(plain.http().get("/a", PaidApp.signature(named(plain.pay("/a"), ID))).status()).isEqualTo(200);
            assertThat(plain.http().get("/a", PaidApp.signature(named(plain.pay("/a"), ID))).status()).isEqualTo(200);
            assertThat(plain.facilitator().settlements()).hasSize(2);
        }
    }

    @ParameterizedTest
    @MethodSource("ids")
    void payWhenIdIsGivenThenAsTheVectorsSay(String id, boolean valid) {
        Answer answer = app.http().get("/a", PaidApp.signature(named(app.pay("/a"), id)));
        if (valid) {
            assertThat(answer.status()).isEqualTo(200);
        }
        else {
            assertUnusable(answer);
            assertThat(app.facilitator().verifications()).isEmpty();
            assertThat(app.deliveries().runs()).isEmpty();
        }
    }

    private static List<Object[]> ids() {
        List<Object[]> ids = new ArrayList<>();
        for (JsonNode row : Vectors.rows("payment-identifier.json", "ids")) {
            ids.add(new Object[] { row.path("id").asString(), row.path("valid").asBoolean() });
        }
        return ids;
    }

    @Test
    void payWhenTheIdIsNoTextThenRefused() {
        assertUnusable(app.http()
            .get("/a",
                    PaidApp.signature(app.pay("/a").extension("payment-identifier", Map.of("info", Map.of("id", 7))))));
    }

    @Test
    void payWhenTheExtensionIsNoObjectThenMalformed() {
        Answer answer = app.http()
            .get("/a", PaidApp.signature(app.pay("/a").extension("payment-identifier", "not an object")));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.reason()).isEqualTo("payment_malformed");
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @Test
    void payWhenThePurchaseWasPaidForThenTheSecondPaymentIsNotCharged() {
        String id = name();
        assertThat(app.http().get("/a", PaidApp.signature(named(app.pay("/a"), id))).status()).isEqualTo(200);
        Answer second = app.http().get("/a", PaidApp.signature(named(app.pay("/a"), id)));
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.reason()).isEqualTo("payment_already_used");
        assertChargedOnce();
        assertThat(app.http().get("/a", PaidApp.signature(named(app.pay("/a"), name()))).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(2);
    }

    @Test
    void payWhenTheIdBelongsToAnotherRequestThenMismatch() {
        String id = name();
        assertThat(app.http().get("/a", PaidApp.signature(named(app.pay("/a"), id))).status()).isEqualTo(200);
        assertThat(app.http().get("/a?day=2", PaidApp.signature(named(app.pay("/a"), id))).reason())
            .isEqualTo("request_mismatch");
        assertThat(app.http().get("/b", PaidApp.signature(named(app.pay("/b"), id))).reason())
            .isEqualTo("request_mismatch");
        assertChargedOnce();
    }

    @Test
    void payWhenAnotherPayerUsesTheIdThenItIsAnotherPurchase() {
        String id = name();
        assertThat(app.http().get("/a", PaidApp.signature(named(app.pay("/a"), id))).status()).isEqualTo(200);
        PaymentDraft other = TestWallet.named("777").pay(app.terms("/a"), Instant.now());
        assertThat(app.http().get("/a", PaidApp.signature(named(other, id))).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(2);
    }

    @Test
    void payWhenManyPaymentsHaveOneIdThenOneIsCharged() throws Exception {
        String id = name();
        List<Callable<Answer>> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String payment = PaidApp.signature(named(app.pay("/a"), id));
            requests.add(() -> app.http().get("/a", payment));
        }
        List<Answer> answers = Together.run(requests);
        assertThat(answers).filteredOn((answer) -> answer.status() == 200).hasSize(1);
        assertThat(answers).filteredOn((answer) -> answer.status() == 409).hasSize(19);
        assertChargedOnce();
    }

    @Test
    void payWhenTheFirstSettlementIsUnknownThenTheSecondPaymentIsNotSent() {
        String id = name();
        SettleResponse pending = SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "", app.terms("/a").network());
        app.facilitator().onSettle(pending).onSettle(pending);
        String first = PaidApp.signature(named(app.pay("/a"), id));
        assertThat(app.http().get("/a", first).reason()).isEqualTo("settlement_pending");
        int sent = app.facilitator().settlements().size();
        Answer second = app.http().get("/a", PaidApp.signature(named(app.pay("/a"), id)));
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.reason()).isEqualTo("settlement_pending");
        assertThat(app.facilitator().settlements()).hasSize(sent);
        assertThat(app.http().get("/a", first).status()).isEqualTo(200);
    }

    @Test
    void payWhenTheFirstPaymentWasReleasedThenTheIdIsFree() {
        String id = name();
        app.deliveries().onNext(() -> {
            throw new IllegalStateException("out of order");
        });
        assertThat(app.http().get("/a", PaidApp.signature(named(app.pay("/a"), id))).status()).isEqualTo(500);
        assertThat(app.http().get("/b", PaidApp.signature(named(app.pay("/b"), id))).status()).isEqualTo(200);
        assertChargedOnce();
    }

    @Test
    void payWhenIdempotencyKeyIsRepeatedThenTheSecondPaymentIsNotCharged() {
        String key = "Idempotency-Key: \"" + name() + "\"";
        assertThat(app.http().get("/a", key, PaidApp.signature(app.pay("/a"))).status()).isEqualTo(200);
        assertThat(app.http().get("/a", key, PaidApp.signature(app.pay("/a"))).reason())
            .isEqualTo("payment_already_used");
        assertThat(app.http().get("/b", key, PaidApp.signature(app.pay("/b"))).reason()).isEqualTo("request_mismatch");
        assertChargedOnce();
        String other = "Idempotency-Key: k";
        assertThat(app.http().get("/a", other, PaidApp.signature(app.pay("/a"))).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "Idempotency-Key: a\r\nIdempotency-Key: a", "Idempotency-Key: two words",
            "Idempotency-Key: schl\u00fcssel", "Idempotency-Key:" })
    void payWhenIdempotencyKeyIsUnusableThenRefused(String lines) {
        assertUnusable(app.http().get("/a", lines, PaidApp.signature(app.pay("/a"))));
        assertThat(app.facilitator().verifications()).isEmpty();
    }

    @Test
    void payWhenIdempotencyKeyIsTooLongThenRefusedAndJustNotTooLongThenNot() {
        assertUnusable(app.http().get("/a", "Idempotency-Key: " + "k".repeat(256), PaidApp.signature(app.pay("/a"))));
        assertThat(
                app.http().get("/a", "Idempotency-Key: " + "k".repeat(255), PaidApp.signature(app.pay("/a"))).status())
            .isEqualTo(200);
    }

    @Test
    void payWhenBothAreGivenThenThePaymentIdentifierWins() {
        String id = name();
        String key = "Idempotency-Key: " + name();
        assertThat(app.http().get("/a", key, PaidApp.signature(named(app.pay("/a"), id))).status()).isEqualTo(200);
        assertThat(app.http().get("/a", "Idempotency-Key: other", PaidApp.signature(named(app.pay("/a"), id))).reason())
            .isEqualTo("payment_already_used");
        assertThat(app.http().get("/a", key, PaidApp.signature(named(app.pay("/a"), name()))).status()).isEqualTo(200);
    }

    private static String name() {
        return "purchase-number-" + names++;
    }

    private static PaymentDraft named(PaymentDraft payment, String id) {
        return payment.extension("payment-identifier", Map.of("info", Map.of("required", false, "id", id)));
    }

    private static void assertUnusable(Answer answer) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.reason()).isEqualTo("payment_malformed");
        assertThat(answer.json().at("/type").asString()).endsWith("/payment-identifier");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
    }

    private static void assertChargedOnce() {
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

}

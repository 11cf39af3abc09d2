package io.github.x402spring.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pays as the clients of others do.
 */
@Tag("locale")
class PayerDialectTests {

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class));
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
    void payWhenOnlyDefinedMembersOfExtraAreEchoedThenDelivered() {
        PaymentDraft payment = app.pay("/a");
        Answer answer = app.http()
            .get("/a", PaidApp.signature(withExtra(payment, Map.of("name", "USDC", "version", "2"))));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void payWhenExtraNamesAnotherResourceThenRefused() {
        PaymentDraft payment = app.pay("/a");
        Answer answer = app.http()
            .get("/a", PaidApp.signature(
                    withExtra(payment, Map.of("name", "USDC", "version", "2", "resource", "http://localhost/b"))));
        assertThat(answer.status()).isEqualTo(402);
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @Test
    void payWhenSignatureEndsInZeroOrOneThenFacilitatorGetsTheFormOfTokens() {
        PaymentDraft payment = app.pay("/a");
        String signature = (String) payment.schemePayload().get("signature");
        Answer answer = app.http().get("/a", PaidApp.signature(payment.zeroBasedV()));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).singleElement()
            .satisfies((call) -> assertThat(call.payload().payload()).containsEntry("signature", signature));
        assertThat(app.facilitator().verifications())
            .allSatisfy((call) -> assertThat(call.payload().payload()).containsEntry("signature", signature));
    }

    @ParameterizedTest
    @ValueSource(strings = { "from", "to" })
    void payWhenAddressIsInLowerCaseThenFacilitatorGetsItsChecksum(String member) {
        PaymentDraft payment = app.pay("/a");
        String address = (String) authorization(payment.schemePayload()).get(member);
        Answer answer = app.http()
            .get("/a", PaidApp.signature(payment.tamper(member, address.toLowerCase(Locale.ROOT))));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(handedOn()).isNotEmpty()
            .allSatisfy((call) -> assertThat(authorization(call.payload().payload()).get(member)).isEqualTo(address));
    }

    @Test
    void payWhenMembersAreAddedThenFacilitatorGetsThoseOfTheSchemeAndOurTerms() {
        PaymentDraft payment = app.pay("/a");
        Map<String, Object> tree = new LinkedHashMap<>(payment.tree());
        Map<String, Object> payload = new LinkedHashMap<>(payment.schemePayload());
        payload.put("memo", "of theirs");
        tree.put("payload", payload);
        tree.put("resource", "/a");
        tree.put("client", "of theirs");
        Answer answer = app.http().get("/a", "PAYMENT-SIGNATURE: " + new PaymentHeaderCodec(8192).encode(tree));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(handedOn()).isNotEmpty().allSatisfy((call) -> {
            assertThat(call.payload().payload()).containsEntry("memo", "of theirs");
            assertThat(call.payload().tree()).doesNotContainKey("client")
                .containsEntry("resource", call.resource().toMap())
                .containsEntry("accepted", call.requirements().toMap());
        });
    }

    @Test
    void payWhenVersion2IsInXPaymentThenDelivered() {
        Answer answer = app.http().get("/a", "X-PAYMENT: " + app.pay("/a").header());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(PaidApp.receipt(answer)).containsEntry("success", true);
    }

    @Test
    void payWhenBothHeadersHaveThePaymentThenSettledOnce() {
        PaymentDraft payment = app.pay("/a");
        assertThat(app.http().get("/a", PaidApp.signature(payment), "X-PAYMENT: " + payment.header()).status())
            .isEqualTo(200);
        PaymentDraft old = app.pay("/a");
        assertThat(app.http().get("/a", PaidApp.signature(old), "X-PAYMENT: " + old.v1Header()).status())
            .isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(2);
    }

    @Test
    void payWhenHeadersHaveTwoPaymentsThenAmbiguous() {
        Answer answer = app.http().get("/a", PaidApp.signature(app.pay("/a")), "X-PAYMENT: " + app.pay("/a").header());
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.reason()).isEqualTo("payment_ambiguous");
        assertThat(handedOn()).isEmpty();
    }

    @Test
    void payWhenVersion1IsNotReadThenChallengeNamesTheHeader() {
        Answer answer = app.http().get("/a", "X-PAYMENT: " + app.pay("/a").v1Header());
        assertThat(PaidApp.challenge(answer).error()).contains("X-PAYMENT", "PAYMENT-SIGNATURE");
        assertThat(answer.reason()).isEqualTo("payment_required");
        assertThat(answer.text()).contains("X-PAYMENT is read here for x402 version 2 only");
        assertThat(PaidApp.challenge(app.http().get("/a")).error()).isEqualTo("Payment required");
        assertThat(handedOn()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "invalid_from_address_kyt", "sanctioned", "risk.score:0.93", "of_theirs" })
    void payWhenFacilitatorHasAReasonOfItsOwnThenPayerLearnsThatItWasRejected(String reason) {
        app.facilitator().onVerify(VerifyResponse.invalid(ReasonCode.of(reason)));
        Answer answer;
        try (CapturedLog log = CapturedLog.begin()) {
            answer = app.http().get("/a", PaidApp.signature(app.pay("/a")));
            assertThat(log.text()).contains(reason);
        }
        assertThat(answer.status()).isEqualTo(402);
        assertThat(PaidApp.challenge(answer).error()).isEqualTo("payment_rejected");
        assertThat(answer.everything()).doesNotContain(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "invalid_exact_evm_insufficient_balance", "invalid_exact_evm_signature", "insufficient_funds" })
    void payWhenFacilitatorHasAReasonOfTheSpecificationThenPayerLearnsIt(String reason) {
        app.facilitator().onVerify(VerifyResponse.invalid(ReasonCode.of(reason)));
        Answer verified = app.http().get("/a", PaidApp.signature(app.pay("/a")));
        assertThat(PaidApp.challenge(verified).error()).isEqualTo(reason);
        app.facilitator().onSettle(SettleResponse.failed(ReasonCode.of(reason), "", Network.parse("base-sepolia")));
        Answer settled = app.http().get("/a", PaidApp.signature(app.pay("/a")));
        assertThat(PaidApp.receipt(settled)).containsEntry("errorReason", reason);
    }

    private static List<FakeFacilitator.Call> handedOn() {
        List<FakeFacilitator.Call> calls = new ArrayList<>(app.facilitator().verifications());
        calls.addAll(app.facilitator().settlements());
        return calls;
    }

    private static Map<?, ?> authorization(Map<String, ?> payload) {
        return (Map<?, ?>) payload.get("authorization");
    }

    private static PaymentDraft withExtra(PaymentDraft payment, Map<String, Object> extra) {
        Map<String, Object> accepted = payment.tree();
        Map<String, Object> terms = new LinkedHashMap<>();
        ((Map<?, ?>) accepted.get("accepted")).forEach((name, value) -> terms.put((String) name, value));
        terms.put("extra", extra);
        return payment.accepted(terms);
    }

}

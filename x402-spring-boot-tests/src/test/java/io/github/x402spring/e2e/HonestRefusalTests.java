package io.github.x402spring.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.MutableClock;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Presents payments that certainly move no money: each is answered with new terms at the
 * first try.
 */
class HonestRefusalTests {

    private static final String OTHER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    private static PaidApp app;

    private static PaymentRequirements terms;

    @BeforeAll
    static void startAnInstanceThatIsOlderThanAnyPayment() {
        app = PaidApp.start(List.of(Shop.class, MovableTime.class, PermissiveFacilitatorConfiguration.class),
                "x402.payments.failed.per-address=0");
        app.bean(MutableClock.class).advance(Duration.ofHours(1));
        terms = app.terms("/a");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void payWhenItCertainlyMovesNoMoneyThenTermsAtTheFirstTry(String name, Refusal refusal) {
        int before = app.bean(PaymentLedger.class).size();
        Answer refused = app.http().get("/a", PaidApp.signature(refusal.prepare()));
        assertThat(refused.status()).isEqualTo(402);
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(refused.json().at("/advice/retry_with").asString()).isEqualTo("new_payment");
        assertThat(refused.all("PAYMENT-REQUIRED")).hasSize(1);
        assertThat(app.bean(PaymentLedger.class).size()).isEqualTo(before);
    }

    @Test
    void refusalsWhenCountedThenFortyAndMore() {
        assertThat(refusals()).hasSizeGreaterThanOrEqualTo(40);
    }

    @Test
    void payWhenEverythingIsInOrderThenServed() {
        assertThat(app.http().get("/a", PaidApp.signature(pay())).status()).isEqualTo(200);
    }

    private static Stream<Object[]> refusals() {
        Map<String, Refusal> refusals = new LinkedHashMap<>();
        Map<String, UnaryOperator<PaymentDraft>> changes = new LinkedHashMap<>();
        changes.put("pays less", (payment) -> payment.with("value", "9999"));
        changes.put("pays more", (payment) -> payment.with("value", "10001"));
        changes.put("pays nothing", (payment) -> payment.with("value", "0"));
        changes.put("pays another recipient", (payment) -> payment.with("to", OTHER));
        changes.put("is signed by another wallet", (payment) -> payment.signedBy(TestWallet.named("13")));
        changes.put("is signed for another chain", (payment) -> payment.chainId(1));
        changes.put("is signed for another token", (payment) -> payment.verifyingContract(OTHER));
        changes.put("is signed for another token name", (payment) -> payment.domain("EURC", "2"));
        changes.put("was tampered with", (payment) -> payment.tamper("value", "10000").tamper("from", OTHER));
        changes.put("has expired", (payment) -> payment.validBefore(now().minusSeconds(1)));
        changes.put("has just expired", (payment) -> payment.validBefore(now()));
        changes.put("is about to expire", (payment) -> payment.validBefore(now().plusSeconds(5)));
        changes.put("expired nine minutes ago", (payment) -> payment.validBefore(now().minusSeconds(540)));
        changes.put("is valid for too long", (payment) -> payment.validBefore(now().plusSeconds(1_000)));
        changes.put("is not valid yet", (payment) -> payment.validAfter(now().plusSeconds(60)));
        changes.forEach((name, change) -> refusals.put(name, () -> change.apply(pay())));
        Map<String, Object> cheaper = new LinkedHashMap<>(terms.toMap());
        cheaper.put("amount", "1");
        refusals.put("accepts other terms", () -> pay().accepted(cheaper));
        for (String reason : Set.of("insufficient_funds", "kyc_required", "wallet_frozen", "rate_not_agreed",
                "invalid_exact_evm_signature", "invalid_exact_evm_insufficient_balance", "invalid_network",
                "invalid_payload", "invalid_scheme", "invalid_exact_evm_payload_undeployed_smart_wallet",
                "eip6492_factory_not_allowed", "invalid_exact_evm_token_name_mismatch",
                "invalid_exact_evm_token_version_mismatch")) {
            refusals.put("verify says " + reason, () -> {
                app.facilitator().onVerify(VerifyResponse.invalid(ReasonCode.of(reason)));
                return pay();
            });
        }
        for (String reason : Set.of("insufficient_funds", "settlement_not_sent", "settlement_reverted",
                "unsupported_scheme", "invalid_network", "invalid_payload", "invalid_payment_requirements",
                "invalid_exact_evm_recipient_mismatch", "invalid_exact_evm_signature",
                "invalid_exact_evm_payload_authorization_valid_before",
                "invalid_exact_evm_payload_authorization_value_mismatch", "invalid_exact_evm_insufficient_balance",
                "invalid_exact_evm_payload_undeployed_smart_wallet", "eip6492_factory_not_allowed")) {
            refusals.put("settle says " + reason, () -> {
                app.facilitator()
                    .onSettle(SettleResponse.failed(ReasonCode.of(reason), "", Network.parse("base-sepolia")));
                return pay();
            });
        }
        List<Object[]> rows = new ArrayList<>();
        refusals.forEach((name, refusal) -> rows.add(new Object[] { name, refusal }));
        return rows.stream();
    }

    private static Instant now() {
        return app.bean(MutableClock.class).instant();
    }

    private static PaymentDraft pay() {
        return PaidApp.WALLET.pay(terms, now());
    }

    @FunctionalInterface
    interface Refusal {

        PaymentDraft prepare();

    }

}

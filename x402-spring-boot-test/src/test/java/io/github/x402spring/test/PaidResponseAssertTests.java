package io.github.x402spring.test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.ResponseEntity;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Decision;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

import static io.github.x402spring.test.X402Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaidResponseAssertTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final String USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    private static final String USDC_ON_BASE = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";

    private static final String OTHER_TOKEN = "0x" + "7".repeat(40);

    private static final String SHOP = "0x" + "d".repeat(40);

    private static final String TRANSACTION = "0x" + "ab".repeat(32);

    private static final TestWallet PAYER = TestWallet.named("payer");

    private static final ResponseEntity<String> CHALLENGE = challenge(offer("base-sepolia", USDC, 10_000, SHOP),
            offer("base", USDC_ON_BASE, 20_000, SHOP), offer("base", OTHER_TOKEN, 5, SHOP));

    private static final ResponseEntity<String> PAID = receipt(200, true, TRANSACTION).body("[1]");

    private static final ResponseEntity<String> UPFRONT_FAILED = receipt(500, true, TRANSACTION).body("");

    private static final ResponseEntity<String> FREE = ResponseEntity.ok("free");

    private static final ResponseEntity<String> FAILED = ResponseEntity.status(500).body("{\"title\":\"Broken\"}");

    private static final ResponseEntity<String> DENIED = envelope(403, "deny", "insufficient_scope", "elevated_token",
            "no");

    private static final ResponseEntity<String> PENDING = envelope(503, "indeterminate", "settlement_unknown",
            "same_payment", "unknown");

    private static final ResponseEntity<String> IN_USE = envelope(409, "deny", "payment_in_use", "same_payment", "yes");

    static Stream<Arguments> passing() {
        return Stream.of(holds(CHALLENGE, (it) -> assertThat(it).hasStatus(402).isPaymentRequired()),
                holds(CHALLENGE,
                        (it) -> assertThat(it).isPaymentRequired()
                            .forPrice("$0.01")
                            .onNetwork("base-sepolia")
                            .payTo(SHOP)
                            .inAsset("USDC")),
                holds(CHALLENGE,
                        (it) -> assertThat(it).isPaymentRequired().onNetwork("eip155:8453").forPrice("0.02 USDC")),
                holds(CHALLENGE, (it) -> assertThat(it).isPaymentRequired().forPrice("5 " + OTHER_TOKEN)),
                holds(CHALLENGE, (it) -> assertThat(it).isPaymentRequired().inAsset("0x" + OTHER_TOKEN.substring(2))),
                holds(CHALLENGE, (it) -> assertThat(it).isNotCharged()),
                holds(PAID,
                        (it) -> assertThat(it).isSettled()
                            .withTransaction(TRANSACTION)
                            .by(PAYER)
                            .onNetwork("base-sepolia")),
                holds(PAID, (it) -> assertThat(it).hasStatus(200).body().isEqualTo("[1]")),
                holds(UPFRONT_FAILED, (it) -> assertThat(it).hasStatus(500).isSettled()),
                holds(FREE, (it) -> assertThat(it).isNotCharged()),
                holds(FAILED, (it) -> assertThat(it).isNotCharged()),
                holds(receipt(402, false, "").body(""), (it) -> assertThat(it).isNotCharged()),
                holds(DENIED, (it) -> assertThat(it).isNotCharged()),
                holds(receipt(402, "unexpected_settle_error", TRANSACTION)
                    .body("{\"decision\":\"deny\",\"payment\":{\"charged\":\"no\"}}"),
                        (it) -> assertThat(it).isNotCharged()),
                holds(DENIED,
                        (it) -> assertThat(it).hasDecision(Decision.DENY)
                            .because("insufficient_scope")
                            .retryWith(RetryWith.ELEVATED_TOKEN)
                            .charged(Charged.NO)),
                holds(ResponseEntity.status(403).body(Map.of("decision", "deny", "payment", Map.of("charged", "no"))),
                        (it) -> assertThat(it).isNotCharged().hasDecision(Decision.DENY).charged(Charged.NO)),
                holds(PENDING, (it) -> assertThat(it).isPendingSettlement()), holds(PENDING,
                        (it) -> assertThat(it).hasDecision(Decision.INDETERMINATE).because("settlement_unknown")));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void assertThatWhenItHoldsThenPasses(ResponseEntity<?> response, Consumer<ResponseEntity<?>> assertion) {
        assertion.accept(response);
    }

    static Stream<Arguments> failing() {
        String terms = "the response has status 402, asks for 0.01 USDC (10000 atomic units of " + USDC
                + ") on base-sepolia (eip155:84532), paid to " + SHOP + ", or 0.02 USDC (20000 atomic units of "
                + USDC_ON_BASE + ") on base (eip155:8453), paid to " + SHOP + ", or 5 " + OTHER_TOKEN
                + " (5 atomic units of " + OTHER_TOKEN + ") on base (eip155:8453), paid to " + SHOP;
        String paid = "the response has status 200, has the receipt of the transaction " + TRANSACTION
                + ", and the body [1]";
        return Stream.of(fails(CHALLENGE, (it) -> assertThat(it).hasStatus(200), "Expected status 200, but " + terms),
                fails(CHALLENGE, (it) -> assertThat(it).isPaymentRequired().forPrice("$0.03"),
                        "Expected terms for the price $0.03, but " + terms),
                fails(CHALLENGE, (it) -> assertThat(it).isPaymentRequired().forPrice("$0.01").onNetwork("base"),
                        "Expected terms on the network base (eip155:8453), but " + terms),
                fails(CHALLENGE, (it) -> assertThat(it).isPaymentRequired().payTo(PAYER.address()),
                        "Expected terms to " + PAYER.address() + ", but " + terms),
                fails(CHALLENGE, (it) -> assertThat(it).isPaymentRequired().inAsset("EURC"),
                        "Expected terms in the token EURC, but " + terms),
                fails(CHALLENGE, (it) -> assertThat(it).isSettled(),
                        "Expected the receipt of a settled payment, but " + terms),
                fails(CHALLENGE, (it) -> assertThat(it).hasDecision(Decision.DENY),
                        "Expected a decision envelope that says DENY, but " + terms),
                fails(PAID, (it) -> assertThat(it).isPaymentRequired(),
                        "Expected a 402 with terms in PAYMENT-REQUIRED, but " + paid),
                fails(ResponseEntity.status(402).body(""), (it) -> assertThat(it).isPaymentRequired(),
                        "Expected a 402 with terms in PAYMENT-REQUIRED, but the response has status 402"),
                fails(PAID, (it) -> assertThat(it).isNotCharged(), "Expected that nothing was charged, but " + paid),
                fails(UPFRONT_FAILED, (it) -> assertThat(it).isNotCharged(),
                        "Expected that nothing was charged, but the response has status 500, has the receipt of the transaction "
                                + TRANSACTION),
                fails(PENDING, (it) -> assertThat(it).isNotCharged(), "Expected that nothing was charged, but"),
                fails(IN_USE, (it) -> assertThat(it).isNotCharged(), "Expected that nothing was charged, but"),
                fails(unreadableReceipt(), (it) -> assertThat(it).isNotCharged(),
                        "Expected that nothing was charged, but the response has status 200"),
                fails(envelope(403, "deny", "r", "never", "perhaps"), (it) -> assertThat(it).isNotCharged(),
                        "Expected that nothing was charged, but"),
                fails(unreadableReceipt(), (it) -> assertThat(it).isSettled(),
                        "Expected the receipt of a settled payment, but the response has status 200, has a receipt that"
                                + " is not readable"),
                fails(receipts("PAYMENT-RESPONSE"), (it) -> assertThat(it).isNotCharged(),
                        "Expected that nothing was charged, but the response has status 200, has 2 receipts"),
                fails(receipts("X-PAYMENT-RESPONSE"), (it) -> assertThat(it).isNotCharged(),
                        "Expected that nothing was charged, but the response has status 200, has 2 receipts"),
                fails(receipts("X-PAYMENT-RESPONSE"), (it) -> assertThat(it).isSettled(),
                        "Expected the receipt of a settled payment, but the response has status 200, has 2 receipts"),
                fails(receipt(402, "settlement_pending", "").body(""), (it) -> assertThat(it).isNotCharged(),
                        "Expected that nothing was charged, but the response has status 402, has the receipt of a"
                                + " payment that was not settled: settlement_pending"),
                fails(receipt(402, "unexpected_settle_error", TRANSACTION).body(""),
                        (it) -> assertThat(it).isNotCharged(), "Expected that nothing was charged, but"),
                fails(ResponseEntity.status(403).body("{\"decision\":\"deny\"}"), (it) -> assertThat(it).isNotCharged(),
                        "Expected that nothing was charged, but"),
                fails(ResponseEntity.status(500).body("{\"decision\":1,\"payment\":{\"charged\":\"yes\"}}"),
                        (it) -> assertThat(it).isNotCharged(), "Expected that nothing was charged, but"),
                fails(PAID, (it) -> assertThat(it).isEqualTo("paid"), "\nexpected: \"paid\"\n but was: " + paid),
                fails(PAID, (it) -> assertThat(it).isSettled().withTransaction("0x12"),
                        "Expected a receipt with the transaction 0x12, but " + paid),
                fails(PAID, (it) -> assertThat(it).isSettled().by(TestWallet.named("other")),
                        "Expected a payment by " + TestWallet.named("other").address() + ", but " + paid + ", payer "
                                + PAYER.address()),
                fails(PAID, (it) -> assertThat(it).isSettled().onNetwork("base"),
                        "Expected a payment on base (eip155:8453), but " + paid),
                fails(receipt(402, false, "").body(""), (it) -> assertThat(it).isSettled(),
                        "Expected the receipt of a settled payment, but the response has status 402, has the receipt"
                                + " of a payment that was not settled: insufficient_funds"),
                fails(DENIED, (it) -> assertThat(it).isPendingSettlement(),
                        "Expected a 503 that asks for the same payment again, but the response has status 403"),
                fails(FAILED, (it) -> assertThat(it).isPendingSettlement(),
                        "Expected a 503 that asks for the same payment again, but the response has status 500, and the body"
                                + " {\"title\":\"Broken\"}"),
                fails(DENIED, (it) -> assertThat(it).hasDecision(Decision.INDETERMINATE),
                        "Expected the decision \"indeterminate\", but it is \"deny\": the response has status 403"),
                fails(DENIED, (it) -> assertThat(it).hasDecision(Decision.DENY).because("not_today"),
                        "Expected the reason \"not_today\", but it is \"insufficient_scope\": the response"),
                fails(DENIED, (it) -> assertThat(it).hasDecision(Decision.DENY).retryWith(RetryWith.CREDENTIALS),
                        "Expected the advice to retry with \"credentials\", but it is \"elevated_token\": the response"),
                fails(DENIED, (it) -> assertThat(it).hasDecision(Decision.DENY).charged(Charged.YES),
                        "Expected charged \"yes\", but it is \"no\": the response"));
    }

    @ParameterizedTest
    @MethodSource("failing")
    void assertThatWhenItDoesNotHoldThenSaysWhatThereIs(ResponseEntity<?> response,
            Consumer<ResponseEntity<?>> assertion, String message) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertion.accept(response))
            .withMessageStartingWith(message)
            .satisfies((error) -> response.getHeaders()
                .forEach((name, values) -> org.assertj.core.api.Assertions.assertThat(error)
                    .hasMessageNotContainingAny(values.toArray(String[]::new))));
    }

    @Test
    void forPriceWhenTextIsNoPriceThenRejects() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> assertThat(CHALLENGE).isPaymentRequired().forPrice("cheap"));
    }

    private static Arguments holds(ResponseEntity<?> response, Consumer<ResponseEntity<?>> assertion) {
        return Arguments.of(response, assertion);
    }

    private static Arguments fails(ResponseEntity<?> response, Consumer<ResponseEntity<?>> assertion, String message) {
        return Arguments.of(response, assertion, message);
    }

    private static PaymentRequirements offer(String network, String asset, long amount, String payTo) {
        return new PaymentRequirements("exact", Network.parse(network), TokenAmount.of(amount), asset, payTo, 60,
                Map.of("name", "USDC", "version", "2"));
    }

    private static ResponseEntity<String> challenge(PaymentRequirements... offers) {
        PaymentRequired terms = new PaymentRequired(null, new ResourceInfo("https://shop.example/report", "", ""),
                List.of(offers), Map.of());
        return ResponseEntity.status(402).header("PAYMENT-REQUIRED", CODEC.encode(terms.toMap())).body("");
    }

    private static ResponseEntity<String> receipts(String second) {
        String settled = receipt(200, true, TRANSACTION).build().getHeaders().getFirst("PAYMENT-RESPONSE");
        return receipt(200, false, "").header(second, settled).body("");
    }

    private static ResponseEntity.BodyBuilder receipt(int status, boolean success, String transaction) {
        return receipt(status, success ? null : "insufficient_funds", transaction);
    }

    private static ResponseEntity.BodyBuilder receipt(int status, String errorReason, String transaction) {
        Map<String, Object> receipt = new LinkedHashMap<>();
        receipt.put("success", errorReason == null);
        if (errorReason != null) {
            receipt.put("errorReason", errorReason);
        }
        receipt.put("payer", PAYER.address());
        receipt.put("transaction", transaction);
        receipt.put("network", "eip155:84532");
        return ResponseEntity.status(status).header("PAYMENT-RESPONSE", CODEC.encode(receipt));
    }

    private static ResponseEntity<String> unreadableReceipt() {
        return ResponseEntity.ok().header("PAYMENT-RESPONSE", "%%%").body("");
    }

    private static ResponseEntity<String> envelope(int status, String decision, String reason, String retryWith,
            String charged) {
        return ResponseEntity.status(status)
            .body("{\"decision\":\"" + decision + "\",\"context\":{\"reason\":\"" + reason
                    + "\"},\"advice\":{\"retry_with\":\"" + retryWith + "\"},\"payment\":{\"charged\":\"" + charged
                    + "\"}}");
    }

}

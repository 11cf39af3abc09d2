package io.github.x402spring.test;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class TestPaymentTests {

    private static final PaymentRequirements SEPOLIA = TestWalletTests.terms("base-sepolia");

    private static final PaymentRequirements BASE = new PaymentRequirements("exact", Network.parse("base"),
            TokenAmount.of(20000), "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
            "0x209693Bc6afc0C5328bA36FaF03C514EF312287C", 300, Map.of("name", "USD Coin", "version", "2"));

    private static final PaymentRequirements SOLANA = new PaymentRequirements("exact", Network.parse("solana"),
            TokenAmount.of(1), "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v",
            "2wKupLR9q6wXYppw8Gr2NvWxKBUqm4PPJKkQfoxHDBg4", 300, Map.of());

    private static final Map<String, Object> NAMES = Map.of("payment-identifier",
            Map.of("info", Map.of("required", false), "schema", Map.of("type", "object")));

    @Test
    void headersForWhenSignedThenTermsResourceAndExtensionsAreRepeated() {
        PaymentPayload payload = sent(paid(), terms(SEPOLIA));
        assertThat(payload.accepted()).isEqualTo(SEPOLIA.toMap()
            .entrySet()
            .stream()
            .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey,
                    (entry) -> "maxTimeoutSeconds".equals(entry.getKey()) ? java.math.BigInteger.valueOf(300)
                            : entry.getValue())));
        assertThat(payload.tree().get("resource")).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
            .containsEntry("url", "http://localhost/weather");
        assertThat(payload.tree().get("extensions")).isEqualTo(NAMES);
        assertThat(authorization(payload)).containsEntry("from", TestWallet.named("buyer").address())
            .containsEntry("value", "10000");
    }

    @Test
    void headersForWhenSeveralOffersThenTheFirstThatCanBeSigned() {
        assertThat(authorization(sent(paid(), terms(SOLANA, BASE, SEPOLIA)))).containsEntry("value", "20000");
    }

    @Test
    void headersForWhenSeveralOffersThenThatOfThePriceOrTheNetwork() {
        assertThat(authorization(sent(paid("$0.01"), terms(BASE, SEPOLIA)))).containsEntry("value", "10000");
        assertThat(authorization(sent(paid("0.02 USDC"), terms(SEPOLIA, BASE)))).containsEntry("value", "20000");
        assertThat(authorization(sent(paid().onNetwork("base"), terms(SEPOLIA, BASE)))).containsEntry("value", "20000");
    }

    @Test
    void headersForWhenNoOfferFitsThenFailsAndListsAll() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> paid("$0.01").onNetwork("base").headersFor(terms(SEPOLIA, BASE)))
            .withMessageContaining("ask for $0.01 on base (eip155:8453), but they ask for 0.01 USDC")
            .withMessageContaining(", or 0.02 USDC");
    }

    @Test
    void headersForWhenNothingCanBeSignedThenFails() {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> paid().headersFor(terms(SOLANA)))
            .withMessageContaining("ask for a payment by EIP-3009, but they ask for");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "about 1 dollar", "$", "-1", "$0.01 or so" })
    void paidWhenNotAPriceThenRejects(String price) {
        assertThatIllegalArgumentException().isThrownBy(() -> paid(price));
    }

    @Test
    void byWhenOtherWalletThenFirstPaymentIsAsItWas() {
        TestPayment payment = paid();
        TestPayment other = payment.by(TestWallet.named("alice"));
        assertThat(authorization(sent(payment, terms(SEPOLIA)))).containsEntry("from",
                TestWallet.named("buyer").address());
        assertThat(authorization(sent(other, terms(SEPOLIA)))).containsEntry("from",
                TestWallet.named("alice").address());
    }

    @Test
    void tamperedWhenTwiceThenBothAreApplied() {
        PaymentPayload payload = sent(paid().tampered((payment) -> payment.tamper("value", "1"))
            .tampered((payment) -> payment.tamper("to", null)), terms(SEPOLIA));
        assertThat(authorization(payload)).containsEntry("value", "1").doesNotContainKey("to");
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "a", "b", "order-1", "order_1", "123456789012345", "1234567890123456", "order-2026-000017" })
    void namedWhenAnyLengthThenAnIdentifierOfTheProtocol(String name) {
        String identifier = identifier(name);
        assertThat(identifier).matches("[A-Za-z0-9_-]{16,128}").startsWith(name).isEqualTo(identifier(name));
        assertThat(identifier(name + "x")).isNotEqualTo(identifier);
        assertThat(name.length() < 16 || identifier.equals(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "order 1", "order#1", "größe" })
    void namedWhenNotANameThenRejects(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> paid().named(name));
    }

    @Test
    void namedWhenTermsDoNotOfferItThenFails() {
        PaymentRequired terms = new PaymentRequired(null, new ResourceInfo("http://localhost/weather", "", ""),
                List.of(SEPOLIA), Map.of());
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> paid().named("order-1").headersFor(terms))
            .withMessage("The purchase cannot be named: the terms do not offer the extension payment-identifier");
    }

    @Test
    void v1WhenSignedThenHeaderAndMessageOfVersionOne() {
        HttpHeaders headers = paid().v1().headersFor(terms(SEPOLIA));
        assertThat(headers.headerNames()).containsExactly("X-PAYMENT");
        DecodedPayment decoded = new PaymentHeaderCodec(65536)
            .decodeXPayment(Objects.requireNonNull(headers.getFirst("X-PAYMENT")));
        assertThat(((DecodedPayment.Readable) decoded).payload().tree()).containsEntry("network", "base-sepolia")
            .containsEntry("scheme", "exact")
            .doesNotContainKeys("accepted", "resource");
    }

    @Test
    void replayOfWhenReplayedItselfThenStillTheFirst() {
        TestPayment first = paid();
        HttpHeaders headers = first.headersFor(terms(SEPOLIA));
        TestPayment second = paid().replayOf(first);
        assertThat(second.needsTerms()).isFalse();
        assertThat(second.headersFor(new HttpHeaders())).isEqualTo(headers);
        assertThat(paid().replayOf(second).headersFor(new HttpHeaders())).isEqualTo(headers);
    }

    static Stream<UnaryOperator<TestPayment>> changes() {
        return Stream.of((payment) -> payment.by(TestWallet.named("alice")), (payment) -> payment.withPrice("$0.02"),
                (payment) -> payment.onNetwork("base"), TestPayment::expired, TestPayment::notYetValid,
                (payment) -> payment.tampered((draft) -> draft.tamper("value", "1")),
                (payment) -> payment.named("order-1"), TestPayment::v1);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void replayOfWhenAnythingIsSaidAboutThePaymentThenRejected(UnaryOperator<TestPayment> change) {
        TestPayment previous = change.apply(paid());
        TestPayment replay = paid().replayOf(previous);
        assertThatIllegalStateException().isThrownBy(() -> change.apply(replay));
        assertThatIllegalStateException().isThrownBy(() -> change.apply(paid()).replayOf(previous))
            .withMessage(
                    "A replay presents the very payment that was presented before: nothing else can be said about it");
    }

    @Test
    @SuppressWarnings("DataFlowIssue")
    void paidWhenNullThenRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> paid().replayOf(null));
        assertThatIllegalArgumentException().isThrownBy(() -> paid().by(null));
        assertThatIllegalArgumentException().isThrownBy(() -> paid().tampered(null));
    }

    @Test
    void headersForWhenRedirectedThenFailsAndDoesNotCallItFree() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> paid().headersFor("GET /old", 302, HttpHeaders.EMPTY, ""))
            .withMessage("Expected that GET /old asks for a payment, but without one the status was 302");
    }

    @Test
    void toStringWhenUsedThenShowsNoPayment() {
        TestPayment payment = paid();
        payment.headersFor(terms(SEPOLIA));
        assertThat(payment).hasToString("TestPayment[" + TestWallet.named("buyer").address() + "]");
    }

    private static String identifier(String name) {
        PaymentPayload payload = sent(paid().named(name), terms(SEPOLIA));
        Map<?, ?> extensions = (Map<?, ?>) Objects.requireNonNull(payload.tree().get("extensions"));
        Map<?, ?> info = (Map<?, ?>) ((Map<?, ?>) extensions.get("payment-identifier")).get("info");
        return info.get("id").toString();
    }

    private static PaymentRequired terms(PaymentRequirements... accepts) {
        return new PaymentRequired(null, new ResourceInfo("http://localhost/weather", "", ""), List.of(accepts), NAMES);
    }

    private static PaymentPayload sent(TestPayment payment, PaymentRequired terms) {
        HttpHeaders headers = payment.headersFor(terms);
        assertThat(headers.headerNames()).containsExactly("PAYMENT-SIGNATURE");
        DecodedPayment decoded = new PaymentHeaderCodec(65536)
            .decodePayment(Objects.requireNonNull(headers.getFirst("PAYMENT-SIGNATURE")));
        return ((DecodedPayment.Readable) decoded).payload();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> authorization(PaymentPayload payload) {
        return (Map<String, Object>) Objects.requireNonNull(payload.payload().get("authorization"));
    }

}

package io.github.x402spring.client;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.client.MockClientHttpRequest;

import io.github.x402spring.client.PaymentPolicyTests.Policies;
import io.github.x402spring.client.PaymentRefusedException.Reason;
import io.github.x402spring.codec.DecodedTerms;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureForms;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class PaymentPreparerTests {

    private static final String OTHER_TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    private final List<byte[]> signed = new ArrayList<>();

    private final PaymentPreparer preparer = new PaymentPreparer(new CountingSigner(),
            Policies.cents("https://api.example.com"), Duration.ofMinutes(10),
            Clock.fixed(PayingClient.NOW, ZoneOffset.UTC), PayingClient.constant(0x5a));

    @Test
    void prepareWhenAllowedThenSignatureSatisfiesTheServersOwnCheck() {
        PaymentPayload payload = pay(Terms.of(Terms.usdc(2500)));
        Screening screening = new ExactEvmScheme(SignatureRecovery.web3j(), false).screen(payload, Terms.usdc(2500),
                PayingClient.NOW);
        assertThat(screening).isInstanceOfSatisfying(Screening.Passed.class, (passed) -> {
            assertThat(passed.proved()).isTrue();
            assertThat(passed.authorization().payer()).isEqualToIgnoringCase(PayingClient.SIGNER.address());
        });
        assertThat(Terms.usdc(2500).matches(payload.accepted())).isTrue();
    }

    @Test
    void prepareWhenSeveralWaysThenTheFirstAllowedOneIsSigned() {
        PaymentPayload payload = pay(
                Terms.of(Terms.usdc(10_001), Terms.requirements("exact", "eip155:84532", OTHER_TOKEN, 1, Terms.PAY_TO),
                        Terms.usdc(9), Terms.usdc(8)));
        assertThat((Map<?, ?>) payload.payload().get("authorization")).extracting("value").isEqualTo("9");
        assertThat(payload.accepted()).extracting("amount").isEqualTo("9");
        assertThat(this.signed).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "1, 1", "300, 300", "600, 600", "601, 600", "9223372036854775807, 600" })
    void prepareWhenServerWantsLongerThenNoLongerThanTheBound(long wanted, long seconds) {
        PreparedPayment prepared = prepare(Terms.of(Terms.usdcWithin(wanted)));
        Instant expiresAt = PayingClient.NOW.plusSeconds(seconds);
        assertThat(prepared.expiresAt()).isEqualTo(expiresAt);
        assertThat(PayingClient.authorization(header(prepared))).containsEntry("validBefore",
                Long.toString(expiresAt.getEpochSecond()));
    }

    static Stream<PaymentRequirements> unsupported() {
        return Stream.of(Terms.requirements("upto", "eip155:84532", Terms.USDC, 1, Terms.PAY_TO),
                Terms.usdcWithExtra("assetTransferMethod", "permit2"), Terms.usdcWithExtra("assetTransferMethod", 7),
                Terms.usdcWithExtra("paymentFlow", "escrow"), Terms.usdcWithExtra("paymentFlow", List.of()),
                Terms.requirements("exact", "eip155:84532", Terms.USDC, 1, "shop.eth"));
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void prepareWhenTermsAskForAnotherKindOfPaymentThenNothingIsSigned(PaymentRequirements terms) {
        assertThat(refusal(Terms.of(terms)).reasons()).containsExactly(Reason.UNSUPPORTED);
        assertThat(this.signed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "assetTransferMethod, eip3009", "paymentFlow, authorization", "paymentFlow, upfront" })
    void prepareWhenTermsNameTheKnownKindThenSigned(String name, String value) {
        pay(Terms.of(Terms.usdcWithExtra(name, value)));
        assertThat(this.signed).hasSize(1);
    }

    @Test
    void prepareWhenOriginIsNotAllowedThenNothingIsSigned() {
        PaymentRefusedException refused = catchThrowableOfType(PaymentRefusedException.class,
                () -> this.preparer.prepare(request("https://evil.test/report"), terms(Terms.of(Terms.usdc(1)))));
        assertThat(refused.reasons()).containsExactly(Reason.ORIGIN);
        assertThat(refused).hasMessage("Nothing was paid to https://evil.test: the origin is not allowed");
        assertThat(this.signed).isEmpty();
    }

    @Test
    void prepareWhenManyWaysAreRefusedThenAllReasonsAndAFewExplanations() {
        PaymentRequirements[] dear = Stream.generate(() -> Terms.usdc(20_000))
            .limit(100)
            .toArray(PaymentRequirements[]::new);
        PaymentRefusedException refused = refusal(Terms.of(dear));
        assertThat(refused.reasons()).hasSize(100).containsOnly(Reason.AMOUNT);
        assertThat(refused.getMessage().split("; ")).hasSize(21).endsWith("and 80 more");
    }

    @Test
    void prepareWhenServerWantsANameThenPurchaseHasOne() {
        Map<String, Object> identifier = Map.of("info", Map.of("required", true), "schema", Map.of("type", "object"));
        PaymentPayload payload = pay(extended(Map.of("payment-identifier", identifier, "other", Map.of("a", "b"))));
        assertThat(payload.tree().get("extensions")).isEqualTo(
                Map.of("payment-identifier", Map.of("info", Map.of("required", true, "id", "pay_" + "5a".repeat(16)),
                        "schema", Map.of("type", "object")), "other", Map.of("a", "b")));
    }

    @Test
    void prepareWhenServerChoseANameThenReplacedByOurs() {
        PaymentPayload payload = pay(
                extended(Map.of("payment-identifier", Map.of("info", Map.of("id", "pay_theirs")))));
        assertThat(payload.tree().get("extensions"))
            .isEqualTo(Map.of("payment-identifier", Map.of("info", Map.of("id", "pay_" + "5a".repeat(16)))));
    }

    @Test
    void prepareWhenDeclarationIsOddThenRepeatedAsItIs() {
        assertThat(pay(extended(Map.of("payment-identifier", Map.of("info", "yes")))).tree().get("extensions"))
            .isEqualTo(Map.of("payment-identifier", Map.of("info", "yes")));
    }

    @Test
    void prepareWhenSignerFailsThenItsExceptionArrives() {
        PaymentPreparer failing = new PaymentPreparer(new FailingSigner(), Policies.cents("https://api.example.com"),
                Duration.ofMinutes(10), Clock.fixed(PayingClient.NOW, ZoneOffset.UTC), PayingClient.constant(1));
        assertThatExceptionOfType(IllegalStateException.class)
            .isThrownBy(
                    () -> failing.prepare(request("https://api.example.com/report"), terms(Terms.of(Terms.usdc(1)))))
            .withMessage("locked");
    }

    @Test
    void prepareWhenSignerAndServerSpellAnotherWayThenFormOfTokensAndFacilitators() {
        PaymentPreparer hardware = new PaymentPreparer(new HardwareSigner(), Policies.cents("https://api.example.com"),
                Duration.ofMinutes(10), Clock.fixed(PayingClient.NOW, ZoneOffset.UTC), PayingClient.constant(0x5a));
        PaymentRequired lowerCase = Terms.of(Terms.requirements("exact", "eip155:84532",
                Terms.USDC.toLowerCase(Locale.ROOT), 1, Terms.PAY_TO.toLowerCase(Locale.ROOT)));
        PaymentPayload payload = PayingClient
            .decode(header(hardware.prepare(request("https://api.example.com/report"), terms(lowerCase))));
        assertThat((Map<?, ?>) payload.payload().get("authorization")).extracting("to").isEqualTo(Terms.PAY_TO);
        assertThat((String) payload.payload().get("signature")).matches(".*(1b|1c)");
        assertThat(payload.accepted()).extracting("payTo").isEqualTo(Terms.PAY_TO.toLowerCase(Locale.ROOT));
    }

    private PaymentRefusedException refusal(PaymentRequired required) {
        return catchThrowableOfType(PaymentRefusedException.class, () -> prepare(required));
    }

    private PaymentPayload pay(PaymentRequired required) {
        return PayingClient.decode(header(prepare(required)));
    }

    private PreparedPayment prepare(PaymentRequired required) {
        return this.preparer.prepare(request("https://api.example.com/report"), terms(required));
    }

    private static String header(PreparedPayment prepared) {
        return String.valueOf(
                prepared.applyTo(request("https://api.example.com/report")).getHeaders().getFirst("PAYMENT-SIGNATURE"));
    }

    private static PaymentRequired extended(Map<String, Object> extensions) {
        PaymentRequired terms = Terms.of(Terms.usdc(1));
        return new PaymentRequired(terms.error(), terms.resource(), terms.accepts(), extensions);
    }

    private static DecodedTerms terms(PaymentRequired required) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("PAYMENT-REQUIRED", new PaymentHeaderCodec(64 * 1024).encode(required.toMap()));
        return PaymentTerms.from(headers).orElseThrow();
    }

    private static MockClientHttpRequest request(String address) {
        return new MockClientHttpRequest(HttpMethod.GET, URI.create(address));
    }

    private final class CountingSigner implements PaymentSigner {

        @Override
        public String address() {
            return PayingClient.SIGNER.address();
        }

        @Override
        public byte[] sign(byte[] digest) {
            PaymentPreparerTests.this.signed.add(digest);
            return PayingClient.SIGNER.sign(digest);
        }

    }

    private static final class HardwareSigner implements PaymentSigner {

        @Override
        public String address() {
            return PayingClient.SIGNER.address();
        }

        @Override
        public byte[] sign(byte[] digest) {
            return SignatureForms.zeroBasedV(PayingClient.SIGNER.sign(digest));
        }

    }

    private static final class FailingSigner implements PaymentSigner {

        @Override
        public String address() {
            return PayingClient.SIGNER.address();
        }

        @Override
        public byte[] sign(byte[] digest) {
            throw new IllegalStateException("locked");
        }

    }

}

package io.github.x402spring.autoconfigure.webmvc;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.codec.FacilitatorRequest;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.codec.WireMessages;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class ScreenedFacilitatorTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String PAY_TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x036CbD53842c5426634e7929541eC2318f3dCF7e", PAY_TO, 300,
            Map.of("name", "USDC", "version", "2"));

    private static final WireJson JSON = new WireJson(64 * 1024);

    private final FakeFacilitator fake = new FakeFacilitator();

    private final ScreenedFacilitator facilitator = screened(this.fake, Set.of());

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void callWhenPaymentIsGoodThenFacilitatorDecides(int version) throws Exception {
        PaymentDraft payment = payment();
        FacilitatorRequest request = (version == 1) ? v1Request(payment) : request(payment);
        this.fake.onVerify(VerifyResponse.valid("0xpayer"));

        assertThat(this.facilitator.verify(request)).isEqualTo(VerifyResponse.valid("0xpayer"));
        assertThat(this.facilitator.settle(request).transaction()).isEqualTo(FakeFacilitator.TRANSACTION);
        assertThat(this.fake.verifications()).containsExactlyElementsOf(this.fake.settlements())
            .singleElement()
            .satisfies((call) -> {
                assertThat(call.payload().x402Version()).isEqualTo(version);
                assertThat(call.requirements()).isEqualTo(TERMS);
            });
    }

    static Stream<Rejection> rejections() {
        return Stream.of(
                new Rejection("invalid_exact_evm_signature", (payment) -> payment.signedBy(TestWallet.named("9"))),
                new Rejection("invalid_payload", (payment) -> payment.tamper("nonce", "0x12")),
                new Rejection("invalid_exact_evm_recipient_mismatch",
                        (payment) -> payment.with("to", TestWallet.named("3").address())),
                new Rejection("invalid_exact_evm_payload_authorization_value_mismatch",
                        (payment) -> payment.with("value", "9999")),
                new Rejection("invalid_exact_evm_payload_authorization_valid_after",
                        (payment) -> payment.validAfter(NOW.plusSeconds(60))),
                new Rejection("invalid_payment_requirements",
                        (payment) -> payment.accepted(changed("amount", "20000"))),
                new Rejection("invalid_payment_requirements",
                        (payment) -> payment.accepted(changed("payTo", TestWallet.named("3").address()))),
                new Rejection("invalid_payment_requirements",
                        (payment) -> payment.accepted(changed("maxTimeoutSeconds", 301))),
                new Rejection("invalid_payment_requirements", (payment) -> payment.accepted(Map.of())));
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void callWhenPaymentIsBadThenReasonAndFacilitatorIsNotCalled(Rejection rejection) throws Exception {
        FacilitatorRequest request = request(rejection.change().apply(payment()));

        assertThat(this.facilitator.verify(request).invalidReason()).hasToString(rejection.reason());
        assertThat(this.facilitator.settle(request)).satisfies((response) -> {
            assertThat(response.success()).isFalse();
            assertThat(response.errorReason()).hasToString(rejection.reason());
            assertThat(response.transaction()).isEmpty();
            assertThat(response.network()).isEqualTo("eip155:84532");
        });
        assertThat(this.fake.verifications()).isEmpty();
        assertThat(this.fake.settlements()).isEmpty();
    }

    @Test
    void callWhenPaymentHasExpiredThenOnlySettleAsksWhatBecameOfIt() throws Exception {
        FacilitatorRequest request = request(payment().validBefore(NOW.minusSeconds(1)));

        assertThat(this.facilitator.verify(request).invalidReason())
            .hasToString("invalid_exact_evm_payload_authorization_valid_before");
        assertThat(this.facilitator.settle(request).success()).isTrue();
        assertThat(this.fake.verifications()).isEmpty();
        assertThat(this.fake.settlements()).hasSize(1);
    }

    @Test
    void verifyWhenV1PaymentNamesAnotherNetworkThenReason() throws Exception {
        Map<String, @Nullable Object> tree = payment().v1Tree();
        tree.put("network", "base");

        assertThat(this.facilitator.verify(v1Request(tree)).invalidReason())
            .hasToString("invalid_payment_requirements");
        assertThat(this.fake.verifications()).isEmpty();
    }

    @Test
    void verifyWhenFacilitatorMayNotServeNetworkThenReason() throws Exception {
        ScreenedFacilitator elsewhere = screened(new Elsewhere(this.fake), Set.of());

        assertThat(elsewhere.verify(request(payment())).invalidReason()).hasToString("invalid_network");
        assertThat(elsewhere.settle(request(payment())).errorReason()).hasToString("invalid_network");
        assertThat(this.fake.settlements()).isEmpty();
    }

    @Test
    void verifyWhenNoSchemeSupportsTermsThenReason() throws Exception {
        ScreenedFacilitator without = new ScreenedFacilitator(this.fake, List.of(), new AssetRegistry(List.of()),
                Set.of(), clock());

        assertThat(without.verify(request(payment())).invalidReason()).hasToString("unsupported_scheme");
    }

    @Test
    void callWhenRecipientIsNotListedThenReason() throws Exception {
        ScreenedFacilitator others = screened(this.fake, Set.of(EvmAddress.parse(TestWallet.named("3").address())));
        ScreenedFacilitator ours = screened(this.fake, Set.of(EvmAddress.parse(PAY_TO)));

        assertThat(others.verify(request(payment())).invalidReason()).hasToString("invalid_payment_requirements");
        assertThat(others.settle(request(payment())).success()).isFalse();
        assertThat(this.fake.settlements()).isEmpty();
        assertThat(ours.settle(request(payment())).success()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "USDC" })
    void verifyWhenTokenIsUnknownThenReason(String asset) throws Exception {
        PaymentRequirements terms = new PaymentRequirements(TERMS.scheme(), TERMS.network(), TERMS.amount(), asset,
                PAY_TO, 300, TERMS.extra());
        PaymentDraft payment = TestWallet.named("1").pay(terms, NOW).verifyingContract(TERMS.asset());

        assertThat(this.facilitator.verify(request(payment.payload(), terms)).invalidReason())
            .hasToString("invalid_payment_requirements");
        assertThat(this.fake.verifications()).isEmpty();
    }

    @Test
    void settleWhenSchemeFailsThenNothingIsSentAndNothingQuoted() {
        ScreenedFacilitator failing = new ScreenedFacilitator(this.fake, List.of(new FailingScheme()),
                new AssetRegistry(List.of()), Set.of(), clock());

        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> failing.settle(request(payment())))
            .withMessageNotContaining("0xsignature")
            .withNoCause();
        assertThat(this.fake.settlements()).isEmpty();
    }

    private static ScreenedFacilitator screened(Facilitator facilitator, Set<EvmAddress> payTo) {
        return new ScreenedFacilitator(facilitator, List.of(new ExactEvmScheme(SignatureRecovery.web3j(), false)),
                new AssetRegistry(List.of()), payTo, clock());
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    private static PaymentDraft payment() {
        return TestWallet.named("1").pay(TERMS, NOW);
    }

    private static Map<String, Object> changed(String name, Object value) {
        Map<String, Object> accepted = TERMS.toMap();
        accepted.put(name, value);
        return accepted;
    }

    private static FacilitatorRequest request(PaymentDraft payment) throws Exception {
        return request(payment.payload(), TERMS);
    }

    private static FacilitatorRequest request(PaymentPayload payload, PaymentRequirements terms) throws Exception {
        return read(2, payload.tree(), terms.toMap());
    }

    private static FacilitatorRequest v1Request(PaymentDraft payment) throws Exception {
        return v1Request(payment.v1Tree());
    }

    private static FacilitatorRequest v1Request(Map<String, @Nullable Object> tree) throws Exception {
        return read(1, tree, TERMS.toV1Map(new ResourceInfo("http://localhost/a", "", "")));
    }

    private static FacilitatorRequest read(int version, Map<String, ?> payload, Map<String, ?> terms) throws Exception {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("x402Version", version);
        message.put("paymentPayload", payload);
        message.put("paymentRequirements", terms);
        return WireMessages.facilitatorRequest(JSON.readObject(JSON.write(message)));
    }

    record Rejection(String reason, UnaryOperator<PaymentDraft> change) {

        @Override
        public String toString() {
            return this.reason;
        }

    }

    private record Elsewhere(Facilitator facilitator) implements Facilitator {

        @Override
        public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
                throws FacilitatorException {
            return this.facilitator.verify(payload, requirements, resource);
        }

        @Override
        public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
                throws FacilitatorException {
            return this.facilitator.settle(payload, requirements, resource);
        }

        @Override
        public List<SupportedKind> supported() throws FacilitatorException {
            return this.facilitator.supported();
        }

        @Override
        public boolean mayServe(Network network) {
            return network.equals(Network.parse("sepolia"));
        }

    }

    private static final class FailingScheme implements PaymentScheme {

        @Override
        public String name() {
            return "exact";
        }

        @Override
        public String recipient(String payTo, Network network) {
            return payTo;
        }

        @Override
        public boolean supports(PaymentRequirements requirements) {
            return true;
        }

        @Override
        public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            throw new IllegalStateException("0xsignature");
        }

    }

}

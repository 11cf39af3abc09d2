package io.github.x402spring.facilitator.simulated;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class SimulatedFacilitatorTests {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private static final String ASSET = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    private final ResourceInfo resource = new ResourceInfo("https://shop.example/quote", "", "");

    private final TestWallet wallet = TestWallet.named("1");

    private final PaymentRequirements requirements = requirements("base-sepolia");

    private final SettableClock clock = new SettableClock();

    private final SimulatedFacilitator facilitator = facilitator(1000);

    @Test
    void effectWhenAskedThenSimulated() {
        assertThat(this.facilitator.simulated()).isTrue();
    }

    @Test
    void verifyWhenWellSignedThenValid() throws Exception {
        assertThat(verify(pay().payload())).isEqualTo(VerifyResponse.valid(payer()));
    }

    @Test
    void verifyWhenRepeatedThenStillValid() throws Exception {
        PaymentPayload payload = pay().payload();
        verify(payload);
        assertThat(verify(payload).valid()).isTrue();
    }

    @Test
    void verifyWhenSchemeObjectsThenItsReason() throws Exception {
        assertThat(verify(pay().signedBy(TestWallet.named("2")).payload()))
            .isEqualTo(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
        assertThat(verify(pay().with("value", "1").payload()))
            .isEqualTo(VerifyResponse.invalid(ReasonCode.EVM_VALUE_MISMATCH));
        assertThat(verify(pay().validBefore(NOW).payload()))
            .isEqualTo(VerifyResponse.invalid(ReasonCode.EVM_VALID_BEFORE));
        assertThat(verify(pay().tamper("nonce", "1").payload()))
            .isEqualTo(VerifyResponse.invalid(ReasonCode.INVALID_PAYLOAD));
    }

    @Test
    void settleWhenSchemeObjectsThenFailedAndNonceIsFree() throws Exception {
        String nonce = TestWallet.randomNonce();
        assertThat(settle(pay().nonce(nonce).signedBy(TestWallet.named("2")).payload()))
            .isEqualTo(failed(ReasonCode.EVM_SIGNATURE));
        assertThat(settle(pay().nonce(nonce).tamper("value", "x").payload()))
            .isEqualTo(failed(ReasonCode.INVALID_PAYLOAD));
        assertThat(settle(pay().nonce(nonce).validBefore(NOW).payload()))
            .isEqualTo(failed(ReasonCode.EVM_VALID_BEFORE));
        assertThat(settle(pay().nonce(nonce).payload()).success()).isTrue();
    }

    @Test
    void settleWhenWellSignedThenReceipt() throws Exception {
        SettleResponse receipt = settle(pay().payload());
        assertThat(receipt.success()).isTrue();
        assertThat(receipt.payer()).isEqualTo(payer());
        assertThat(receipt.network()).isEqualTo("eip155:84532");
        assertThat(receipt.transaction()).matches("0x[0-9a-f]{64}");
    }

    @Test
    void settleWhenVersion1ThenReceipt() throws Exception {
        assertThat(settle(pay().v1Payload()).success()).isTrue();
    }

    @Test
    void settleWhenPaymentsDifferThenTransactionsDiffer() throws Exception {
        assertThat(settle(pay().payload()).transaction()).isNotEqualTo(settle(pay().payload()).transaction());
    }

    @Test
    void settleWhenIdenticalPaymentThenSameReceipt() throws Exception {
        PaymentDraft payment = pay();
        SettleResponse receipt = settle(payment.payload());
        assertThat(settle(payment.payload())).isEqualTo(receipt);
    }

    @Test
    void settleWhenIdenticalPaymentHasExpiredThenSameReceipt() throws Exception {
        PaymentPayload payload = pay().payload();
        SettleResponse receipt = settle(payload);
        this.clock.advance(Duration.ofSeconds(301));
        assertThat(settle(payload)).isEqualTo(receipt);
    }

    @Test
    void settleWhenNonceIsUsedByOtherPaymentThenFailed() throws Exception {
        PaymentDraft payment = pay().nonce("0x" + "cd".repeat(32));
        settle(payment.payload());
        assertThat(settle(pay().nonce("0x" + "cd".repeat(32)).validBefore(NOW.plusSeconds(299)).payload()))
            .isEqualTo(failed(ReasonCode.EVM_NONCE_ALREADY_USED));
        assertThat(settle(payment.tamper("nonce", "0x" + "CD".repeat(32)).payload()))
            .isEqualTo(failed(ReasonCode.EVM_NONCE_ALREADY_USED));
    }

    @Test
    void settleWhenSameNonceOfOtherPayerThenReceipt() throws Exception {
        String nonce = TestWallet.randomNonce();
        settle(pay().nonce(nonce).payload());
        assertThat(settle(TestWallet.named("2").pay(this.requirements, NOW).nonce(nonce).payload()).success()).isTrue();
    }

    @Test
    void verifyWhenNonceIsUsedThenInvalid() throws Exception {
        PaymentPayload payload = pay().payload();
        settle(payload);
        assertThat(verify(payload)).isEqualTo(VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED));
    }

    @Test
    void verifyAndSettleWhenMainNetworkThenInvalidNetwork() throws Exception {
        PaymentRequirements main = requirements("base");
        PaymentPayload payload = this.wallet.pay(main, NOW).payload();
        ReasonCode reason = new ReasonCode("invalid_network");
        assertThat(this.facilitator.verify(payload, main, this.resource)).isEqualTo(VerifyResponse.invalid(reason));
        assertThat(this.facilitator.settle(payload, main, this.resource))
            .isEqualTo(SettleResponse.failed(reason, "", main.network()));
    }

    @Test
    void verifyWhenUnlistedNetworkThenInvalidNetwork() throws Exception {
        PaymentRequirements unlisted = requirements("eip155:999999999");
        assertThat(this.facilitator.verify(this.wallet.pay(unlisted, NOW).payload(), unlisted, this.resource))
            .isEqualTo(VerifyResponse.invalid(new ReasonCode("invalid_network")));
    }

    @Test
    void verifyAndSettleWhenNoSchemeThenUnsupported() throws Exception {
        SimulatedFacilitator empty = new SimulatedFacilitator(List.of(), this.clock);
        assertThat(empty.verify(pay().payload(), this.requirements, this.resource))
            .isEqualTo(VerifyResponse.invalid(ReasonCode.UNSUPPORTED_SCHEME));
        assertThat(empty.settle(pay().payload(), this.requirements, this.resource))
            .isEqualTo(failed(ReasonCode.UNSUPPORTED_SCHEME));
        assertThat(empty.supported()).isEmpty();
    }

    @Test
    void settleWhenFullThenRefusesAndForgetsNothing() throws Exception {
        SimulatedFacilitator small = facilitator(2);
        PaymentPayload first = pay().payload();
        SettleResponse receipt = small.settle(first, this.requirements, this.resource);
        small.settle(pay().payload(), this.requirements, this.resource);
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> small.settle(pay().payload(), this.requirements, this.resource));
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> small.verify(pay().payload(), this.requirements, this.resource));
        assertThat(small.settle(first, this.requirements, this.resource)).isEqualTo(receipt);
        assertThat(small.verify(first, this.requirements, this.resource))
            .isEqualTo(VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED));
    }

    @Test
    void settleWhenWindowsHaveLongClosedThenRoomAgain() throws Exception {
        SimulatedFacilitator small = facilitator(1);
        small.settle(pay().payload(), this.requirements, this.resource);
        this.clock.advance(Duration.ofSeconds(900));
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> small.settle(pay().payload(), this.requirements, this.resource));
        this.clock.advance(Duration.ofSeconds(31));
        assertThat(small.settle(pay().payload(), this.requirements, this.resource).success()).isTrue();
    }

    @Test
    void settleWhenForgottenThenExpired() throws Exception {
        SimulatedFacilitator small = facilitator(1);
        PaymentPayload payload = pay().payload();
        small.settle(payload, this.requirements, this.resource);
        this.clock.advance(Duration.ofSeconds(931));
        small.settle(pay().payload(), this.requirements, this.resource);
        assertThat(small.settle(payload, this.requirements, this.resource))
            .isEqualTo(failed(ReasonCode.EVM_VALID_BEFORE));
    }

    @Test
    void settleWhenManyPaymentsShareNonceAtOnceThenOneIsSettled() throws Exception {
        String nonce = TestWallet.randomNonce();
        List<PaymentPayload> payloads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            payloads.add(pay().nonce(nonce).validBefore(NOW.plusSeconds(100 + i)).payload());
        }
        List<SettleResponse> answers = settleAtOnce(this.facilitator, payloads);
        assertThat(answers).filteredOn(SettleResponse::success).hasSize(1);
        assertThat(answers).filteredOn((answer) -> !answer.success())
            .containsOnly(failed(ReasonCode.EVM_NONCE_ALREADY_USED));
    }

    @Test
    void settleWhenIdenticalPaymentAtOnceThenOneReceipt() throws Exception {
        PaymentPayload payload = pay().payload();
        List<SettleResponse> answers = settleAtOnce(this.facilitator, List.of(payload, payload, payload, payload));
        assertThat(answers).allMatch(SettleResponse::success);
        assertThat(new HashSet<>(answers)).hasSize(1);
    }

    @Test
    void supportedWhenAskedThenTestNetworksOnly() {
        List<SupportedKind> kinds = this.facilitator.supported();
        assertThat(kinds).contains(new SupportedKind(2, "exact", "eip155:84532"),
                new SupportedKind(1, "exact", "base-sepolia"));
        assertThat(kinds).filteredOn((kind) -> kind.x402Version() == 2)
            .allMatch((kind) -> Network.parse(kind.network()).isTestNetwork());
        assertThat(kinds).filteredOn((kind) -> kind.x402Version() == 1)
            .allMatch((kind) -> Network.ofV1Name(kind.network()).orElseThrow().isTestNetwork());
        assertThat(kinds).anyMatch((kind) -> kind.matches(this.requirements));
        assertThat(kinds).noneMatch((kind) -> kind.matches(requirements("base")));
        assertThat(kinds).noneMatch((kind) -> kind.network().startsWith("solana"));
    }

    @Test
    void supportedWhenASchemeOfAnotherNameIsThereThenListedWhereItSells() {
        PaymentScheme other = mock(PaymentScheme.class);
        given(other.name()).willReturn("other");
        given(other.supports(any())).willAnswer((call) -> !call.<PaymentRequirements>getArgument(0).network().isEvm());
        assertThat(new SimulatedFacilitator(List.of(other), Clock.systemUTC()).supported())
            .extracting(SupportedKind::scheme, SupportedKind::network)
            .contains(tuple("other", Network.parse("solana-devnet").toString()))
            .doesNotContain(tuple("other", "eip155:84532"));
    }

    private List<SettleResponse> settleAtOnce(SimulatedFacilitator facilitator, List<PaymentPayload> payloads)
            throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(payloads.size());
        List<Callable<SettleResponse>> calls = payloads.stream().<Callable<SettleResponse>>map((payload) -> () -> {
            barrier.await();
            return facilitator.settle(payload, this.requirements, this.resource);
        }).toList();
        try (ExecutorService executor = Executors.newFixedThreadPool(payloads.size())) {
            List<SettleResponse> answers = new ArrayList<>();
            for (Future<SettleResponse> answer : executor.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private SimulatedFacilitator facilitator(int maxNonces) {
        return new SimulatedFacilitator(List.of(new ExactEvmScheme(SignatureRecovery.web3j(), false)), this.clock,
                maxNonces);
    }

    private PaymentDraft pay() {
        return this.wallet.pay(this.requirements, this.clock.instant());
    }

    private String payer() {
        return this.wallet.address().toLowerCase(Locale.ROOT);
    }

    private VerifyResponse verify(PaymentPayload payload) throws FacilitatorNotReachedException {
        return this.facilitator.verify(payload, this.requirements, this.resource);
    }

    private SettleResponse settle(PaymentPayload payload) throws FacilitatorNotReachedException {
        return this.facilitator.settle(payload, this.requirements, this.resource);
    }

    private SettleResponse failed(ReasonCode reason) {
        return SettleResponse.failed(reason, "", this.requirements.network());
    }

    private static PaymentRequirements requirements(String network) {
        return new PaymentRequirements("exact", Network.parse(network), TokenAmount.of(10000), ASSET,
                "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300, Map.of("name", "USDC", "version", "2"));
    }

    private static final class SettableClock extends Clock {

        private volatile Instant now = NOW;

        void advance(Duration duration) {
            this.now = this.now.plus(duration);
        }

        @Override
        public Instant instant() {
            return this.now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

    }

}

package io.github.x402spring.test;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

import static io.github.x402spring.test.MockFacilitator.INSUFFICIENT_FUNDS;
import static io.github.x402spring.test.MockFacilitator.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

@Tag("locale")
class MockFacilitatorTests {

    private static final ResourceInfo RESOURCE = new ResourceInfo("http://localhost/weather", "", "");

    private final TestClock clock = TestClock.at(Instant.parse("2026-07-01T12:00:00Z"));

    private final TestWallet alice = TestWallet.named("alice");

    private final PaymentRequirements terms = TestWalletTests.terms("base-sepolia");

    private final MockFacilitator facilitator = new MockFacilitator(
            List.of(new ExactEvmScheme(SignatureRecovery.web3j(), false)), new AssetRegistry(List.of()), this.clock);

    @Test
    void verifyWhenSignedThenValidAndNothingMoves() throws Exception {
        assertThat(this.facilitator.verify(draft().payload(), this.terms, RESOURCE).valid()).isTrue();
        assertThat(this.facilitator.transfers()).isEmpty();
        assertThat(this.facilitator.verifications()).singleElement()
            .satisfies((call) -> assertThat(call.reply()).isEqualTo("valid"));
    }

    @Test
    void supportedWhenSetThenUntilReset() throws Exception {
        List<SupportedKind> usual = this.facilitator.supported();
        SupportedKind kind = new SupportedKind(2, "toy", "solana:*", Map.of("feePayer", "F"));
        this.facilitator.setSupported(kind);
        assertThat(this.facilitator.supported()).containsExactly(kind);
        this.facilitator.reset();
        assertThat(this.facilitator.supported()).isEqualTo(usual);
    }

    @Test
    void settleWhenTheSchemeIsAnotherThenItsPayerPaysAndIsListed() throws Exception {
        MockFacilitator other = new MockFacilitator(List.of(new CoinScheme()), new AssetRegistry(List.of()),
                this.clock);
        PaymentRequirements coins = new PaymentRequirements("coins", Network.parse("solana-devnet"), TokenAmount.of(5),
                "coin", "shop", 60, Map.of());
        PaymentPayload payload = new PaymentPayload(2, Map.of("payload", Map.of("coin", "1")));
        given(other).from(this.alice).refuses(INSUFFICIENT_FUNDS);
        assertThat(other.settle(payload, coins, RESOURCE).success()).isTrue();
        assertThat(other.settlements()).extracting(MockFacilitator.Call::payer).containsExactly("somebody");
        assertThat(other.transfers()).extracting(MockFacilitator.Transfer::from).containsExactly("somebody");
        assertThat(other.supported()).contains(new SupportedKind(2, "coins", "*"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "from", "to", "value", "validBefore", "nonce", "signature" })
    void settleWhenAnyMemberIsTamperedThenRefusedAndNothingMoves(String member) throws Exception {
        Object other = switch (member) {
            case "from", "to" -> TestWallet.named("mallory").address();
            case "nonce" -> TestWallet.randomNonce();
            case "signature" -> "0x" + "11".repeat(65);
            default -> "99999999999";
        };
        PaymentPayload payload = draft().tamper(member, other).payload();
        assertThat(this.facilitator.verify(payload, this.terms, RESOURCE).valid()).isFalse();
        assertThat(this.facilitator.settle(payload, this.terms, RESOURCE).success()).isFalse();
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "base", "ethereum", "polygon", "base-sepolia", "eip155:31337" })
    void settleWhenAnyNetworkThenMovesThere(String network) throws Exception {
        PaymentRequirements terms = TestWalletTests.terms(network);
        SettleResponse reply = this.facilitator.settle(this.alice.pay(terms, this.clock.instant()).payload(), terms,
                RESOURCE);
        assertThat(reply.success()).isTrue();
        assertThat(reply.transaction()).matches("0x[0-9a-f]{64}");
        assertThat(balance(this.alice.address(), terms)).isEqualTo(-10000);
        assertThat(balance(terms.payTo(), terms)).isEqualTo(10000);
    }

    @Test
    void settleWhenPresentedByManyThreadsThenMovesOnceAndAllGetTheSameReceipt() throws Exception {
        PaymentPayload payload = draft().payload();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<SettleResponse> settle = () -> this.facilitator.settle(payload, this.terms, RESOURCE);
            List<Future<SettleResponse>> replies = threads
                .invokeAll(IntStream.range(0, 20).mapToObj((number) -> settle).toList());
            for (Future<SettleResponse> reply : replies) {
                assertThat(reply.get()).isEqualTo(replies.get(0).get());
            }
        }
        assertThat(this.facilitator.transfers()).hasSize(1);
        assertThat(this.facilitator.settlements()).hasSize(20);
    }

    @Test
    void settleWhenNonceWasSpentByAnotherPaymentThenRefused() throws Exception {
        String nonce = TestWallet.randomNonce();
        this.facilitator.settle(draft().nonce(nonce).payload(), this.terms, RESOURCE);
        PaymentPayload second = draft().nonce(nonce).validBefore(this.clock.instant().plusSeconds(100)).payload();
        assertThat(this.facilitator.settle(second, this.terms, RESOURCE).errorReason())
            .isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
        assertThat(this.facilitator.verify(second, this.terms, RESOURCE).invalidReason())
            .isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
    }

    @Test
    void settleWhenExpiredThenReceiptOfWhatWasSettledBeforeAndNoOther() throws Exception {
        PaymentPayload settled = draft().payload();
        PaymentPayload unsettled = draft().payload();
        SettleResponse receipt = this.facilitator.settle(settled, this.terms, RESOURCE);
        this.clock.advance(Duration.ofHours(1));
        assertThat(this.facilitator.settle(settled, this.terms, RESOURCE)).isEqualTo(receipt);
        assertThat(this.facilitator.settle(unsettled, this.terms, RESOURCE).success()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "$0.009999", "0.00" })
    void setBalanceWhenLessThanPriceThenInsufficientFunds(String balance) throws Exception {
        this.facilitator.setBalance(this.alice, balance);
        assertThat(this.facilitator.verify(draft().payload(), this.terms, RESOURCE).invalidReason())
            .isEqualTo(INSUFFICIENT_FUNDS);
        SettleResponse reply = this.facilitator.settle(draft().payload(), this.terms, RESOURCE);
        assertThat(reply.errorReason()).isEqualTo(INSUFFICIENT_FUNDS);
        assertThat(reply.transaction()).isEmpty();
    }

    @Test
    void setBalanceWhenRecipientSpendsWhatItReceivedThenEnough() throws Exception {
        this.facilitator.setBalance(this.terms.payTo(), "$1.00");
        this.facilitator.settle(draft().payload(), this.terms, RESOURCE);
        assertThat(balance(this.terms.payTo(), this.terms)).isEqualTo(1_010_000);
    }

    @Test
    void isDownWhenAskedAnythingThenNotReached() {
        given(this.facilitator).isDown();
        assertNotReached(() -> this.facilitator.verify(draft().payload(), this.terms, RESOURCE));
        assertNotReached(() -> this.facilitator.settle(draft().payload(), this.terms, RESOURCE));
        assertNotReached(this.facilitator::supported);
        assertNotReached(() -> {
            this.facilitator.probe(this.terms.network());
            return "";
        });
        assertNotReached(() -> this.facilitator.inquire(unknown(draft())));
        assertNotReached(() -> this.facilitator.standing(unknown(draft())));
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void isDownWhenForOnePayerThenQuestionsAreReplied() {
        given(this.facilitator).from(this.alice).isDown();
        assertThatNoException().isThrownBy(() -> this.facilitator.probe(this.terms.network()));
    }

    @Test
    void inquireWhenReplyWasLostThenSettled() throws Exception {
        PaymentDraft draft = draft();
        given(this.facilitator).settlesUnknown();
        assertThatExceptionOfType(FacilitatorException.class)
            .isThrownBy(() -> this.facilitator.settle(draft.payload(), this.terms, RESOURCE))
            .isNotInstanceOf(FacilitatorNotReachedException.class);
        assertThat(this.facilitator.inquire(unknown(draft)))
            .isEqualTo(new Finding.Settled(this.facilitator.transfers().get(0).transaction()));
        assertThat(this.facilitator.standing(unknown(draft))).isEqualTo(Standing.USED);
    }

    @Test
    void inquireWhenSilentThenUndecidedUntilExpired() throws Exception {
        PaymentDraft draft = draft();
        given(this.facilitator).staysSilent();
        assertThatExceptionOfType(FacilitatorException.class)
            .isThrownBy(() -> this.facilitator.settle(draft.payload(), this.terms, RESOURCE));
        assertThat(this.facilitator.inquire(unknown(draft))).isInstanceOf(Finding.Undecided.class);
        assertThat(this.facilitator.standing(unknown(draft))).isEqualTo(Standing.UNUSED);
        this.clock.advance(Duration.ofHours(1));
        assertThat(this.facilitator.inquire(unknown(draft))).isInstanceOf(Finding.Failed.class);
        assertThat(this.facilitator.standing(unknown(draft))).isEqualTo(Standing.LAPSED);
    }

    @Test
    void inquireWhenPendingFailedThenFailedForGood() throws Exception {
        PaymentDraft draft = draft();
        PaymentPayload payload = draft.payload();
        given(this.facilitator).once().settlesPendingThen(SettlementReply.FAILED);
        assertThat(this.facilitator.settle(payload, this.terms, RESOURCE).pending()).isTrue();
        assertThat(this.facilitator.settle(payload, this.terms, RESOURCE).success()).isFalse();
        assertThat(this.facilitator.settle(payload, this.terms, RESOURCE).success()).isFalse();
        assertThat(this.facilitator.inquire(unknown(draft))).isInstanceOf(Finding.Failed.class);
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void takesWhenSeveralThenAddedUpOnTheTestClock() throws Exception {
        Instant start = this.clock.instant();
        given(this.facilitator).takes(Duration.ofSeconds(2));
        given(this.facilitator).once().takes(Duration.ofSeconds(3));
        this.facilitator.verify(draft().payload(), this.terms, RESOURCE);
        assertThat(this.clock.instant()).isEqualTo(start.plusSeconds(5));
        this.facilitator.verify(draft().payload(), this.terms, RESOURCE);
        assertThat(this.clock.instant()).isEqualTo(start.plusSeconds(7));
    }

    @Test
    void resetWhenCalledThenAsNew() throws Exception {
        given(this.facilitator).isDown();
        this.facilitator.setBalance(this.alice, "0");
        this.facilitator.reset();
        PaymentPayload payload = draft().payload();
        assertThat(this.facilitator.settle(payload, this.terms, RESOURCE).success()).isTrue();
        this.facilitator.reset();
        assertThat(this.facilitator.transfers()).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
        assertThat(balance(this.terms.payTo(), this.terms)).isZero();
    }

    @Test
    void callWhenPrintedThenShowsNoSignature() throws Exception {
        PaymentPayload payload = draft().payload();
        this.facilitator.settle(payload, this.terms, RESOURCE);
        assertThat(this.facilitator.settlements().toString())
            .doesNotContain(payload.payload().get("signature").toString().substring(2, 40));
    }

    private PaymentDraft draft() {
        return this.alice.pay(this.terms, this.clock.instant());
    }

    private BigInteger balance(String address, PaymentRequirements terms) {
        return this.facilitator.balanceOf(address, terms.network(), terms.asset());
    }

    private UnknownPayment unknown(PaymentDraft draft) {
        Object authorization = draft.schemePayload().get("authorization");
        String nonce = ((java.util.Map<?, ?>) authorization).get("nonce").toString();
        return new UnknownPayment(
                new PaymentKey(Network.parse("base-sepolia"), this.terms.asset(), this.alice.address(), nonce),
                Rail.X402, "1", new StoredTerms("exact", this.terms.amount().value(), this.terms.payTo(), this.terms),
                Instant.parse("2026-07-01T12:05:00Z"), this.clock.instant(), null);
    }

    private static void assertNotReached(Callable<?> call) {
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(call::call);
    }

    /** Each coin is a payment. */
    private static final class CoinScheme implements PaymentScheme {

        @Override
        public String name() {
            return "coins";
        }

        @Override
        public boolean supports(PaymentRequirements requirements) {
            return true;
        }

        @Override
        public String recipient(String payTo, Network network) {
            return payTo;
        }

        @Override
        public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            return new Screening.Passed(new Screening.Authorization("somebody",
                    String.valueOf((Object) payload.payload().get("coin")), now.plusSeconds(60)), true);
        }

    }

}

package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that relayers keep count of their transactions, whatever becomes of them.
 */
@LocalChain
@Tag("waiting")
class RelayerTests {

    private static final BigInteger CEILING = ChainFixture.GWEI.multiply(BigInteger.valueOf(100));

    /** Over before anything is mined. */
    private static final Duration BRIEF = Duration.ofMillis(200);

    private ChainFixture fixture;

    private ExecutorService executor;

    private TestWallet buyer;

    @BeforeEach
    void start() {
        this.fixture = new ChainFixture();
        this.buyer = this.fixture.wallet();
        this.executor = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterEach
    void stop() {
        this.executor.shutdownNow();
        this.fixture.close();
    }

    @Test
    void settleWhenManyAtOnceThenRelayersTakeTurns() {
        LocalEvmFacilitator facilitator = facilitator(ChainFixture.LONG, 2, 3);
        List<CompletableFuture<SettleResponse>> settlements = IntStream.range(0, 50)
            .mapToObj((i) -> settle(facilitator, payment()))
            .toList();
        assertThat(settlements).allSatisfy((each) -> assertThat(each.join().success()).isTrue());
        assertThat(this.fixture.chain().transfers()).hasSize(50);
        assertThat(List.of(count(2), count(3))).allMatch((sent) -> sent >= 15);
    }

    @Test
    void settleWhenPendingThenIsReportedOnceAfterwards() throws Exception {
        LocalEvmFacilitator facilitator = facilitator(BRIEF, 2);
        PaymentPayload payment = payment();
        this.fixture.chain().pauseMining();
        SettleResponse pending = this.fixture.settleUntilSent(facilitator, payment);
        assertThat(pending.pending()).isTrue();
        assertThat(pending.transaction()).matches("0x[0-9a-f]{64}");
        this.fixture.chain().resumeMining();
        List<CompletableFuture<SettleResponse>> answers = IntStream.range(0, 10)
            .mapToObj((i) -> inBackground(() -> this.fixture.settleUntilDecided(facilitator, payment)))
            .toList();
        assertThat(answers.stream().filter((each) -> each.join().success())).singleElement()
            .satisfies((each) -> assertThat(each.join().transaction()).isEqualTo(pending.transaction()));
        assertThat(answers.stream().filter((each) -> !each.join().success()))
            .allSatisfy((each) -> assertThat(each.join().errorReason()).isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED));
    }

    @Test
    void settleWhenPresentedWithAnotherSignatureThenIsNotReported() throws Exception {
        LocalEvmFacilitator facilitator = facilitator(BRIEF, 2);
        TestWallet wallet = this.buyer;
        String nonce = TestWallet.randomNonce();
        String validBefore = Long.toString(this.fixture.chain().time().getEpochSecond() + 2000);
        this.fixture.chain().pauseMining();
        PaymentPayload payment = signed(wallet, wallet, nonce, validBefore);
        assertThat(this.fixture.settleUntilSent(facilitator, payment).pending()).isTrue();
        this.fixture.chain().resumeMining();
        SettleResponse stranger = settle(facilitator, signed(wallet, TestWallet.create(), nonce, validBefore)).join();
        assertThat(stranger.success()).isFalse();
        assertThat(this.fixture.settleUntilDecided(facilitator, payment).success()).isTrue();
    }

    @Test
    void settleWhenKeyIsUsedElsewhereThenGoesOnBehind() throws Exception {
        LocalEvmFacilitator facilitator = facilitator(ChainFixture.LONG, 2);
        assertThat(settle(facilitator, payment()).join().success()).isTrue();
        for (int i = 0; i < 3; i++) {
            sendElsewhere(this.fixture.relayer(2));
        }
        assertThat(settle(facilitator, payment()).join().success()).isTrue();
        this.fixture.chain().pauseMining();
        sendElsewhere(this.fixture.relayer(2));
        CompletableFuture<SettleResponse> settlement = settle(facilitator, payment());
        this.fixture.await(() -> this.fixture.chain().waiting().size() == 2);
        this.fixture.chain().resumeMining();
        assertThat(settlement.join().success()).isTrue();
    }

    @Test
    void settleWhenALowerNumberIsLostThenTheOthersAreNotStuck() {
        LocalEvmFacilitator facilitator = facilitator(ChainFixture.LONG, 2);
        this.fixture.chain().pauseMining();
        List<CompletableFuture<SettleResponse>> settlements = IntStream.range(0, 4)
            .mapToObj((i) -> settle(facilitator, payment()))
            .toList();
        this.fixture.await(() -> this.fixture.chain().waiting().size() == 4);
        this.fixture.chain().drop(lowest());
        this.fixture.chain().resumeMining();
        assertThat(settlements).allSatisfy((each) -> assertThat(each.join().success()).isTrue());
        assertThat(count(2)).isEqualTo(4);
    }

    @Test
    void settleWhenRestartedWithTransactionsWaitingThenCountsOn() {
        LocalEvmFacilitator before = facilitator(BRIEF, 2);
        this.fixture.chain().pauseMining();
        assertThat(this.fixture.settleUntilSent(before, payment()).pending()).isTrue();
        before.close();
        LocalEvmFacilitator after = facilitator(ChainFixture.LONG, 2);
        CompletableFuture<SettleResponse> settlement = settle(after, payment());
        this.fixture.await(() -> this.fixture.chain().waiting().size() == 2);
        this.fixture.chain().resumeMining();
        assertThat(settlement.join().success()).isTrue();
        assertThat(count(2)).isEqualTo(2);
    }

    @Test
    void settleWhenNobodyHasGasThenNothingIsSentUntilSomebodyHas() {
        EvmAddress relayer = EvmAddress.tryParse(this.fixture.relayer(2).getAddress()).orElseThrow();
        BigInteger funds = this.fixture.chain().gasOf(relayer);
        this.fixture.chain().setGas(relayer, BigInteger.ZERO);
        LocalEvmFacilitator facilitator = facilitator(ChainFixture.LONG, 2);
        PaymentPayload payment = payment();
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE))
            .withMessageContaining("no relayer has enough for gas");
        assertThatExceptionOfType(FacilitatorException.class)
            .isThrownBy(() -> facilitator.verify(payment, this.fixture.terms(), ChainFixture.RESOURCE));
        this.fixture.chain().setGas(relayer, funds);
        this.fixture.await(() -> verifies(facilitator, payment));
        assertThat(settle(facilitator, payment).join().success()).isTrue();
    }

    @Test
    void settleWhenGasCostsMoreThanTheCeilingThenNothingIsSent() {
        this.fixture.chain().setBaseFee(CEILING.multiply(BigInteger.TWO));
        LocalEvmFacilitator facilitator = facilitator(ChainFixture.LONG, 2);
        PaymentPayload payment = payment();
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE))
            .withMessageContaining("more than the configured ceiling");
        assertThat(count(2)).isZero();
    }

    @Test
    void settleWhenBlocksBecomeDearerThenFeesAreRaised() {
        LocalEvmFacilitator facilitator = facilitator(ChainFixture.LONG, 2);
        this.fixture.chain().pauseMining();
        CompletableFuture<SettleResponse> settlement = settle(facilitator, payment());
        this.fixture.await(() -> this.fixture.chain().waiting().size() == 1);
        this.fixture.chain().setBaseFee(CEILING.divide(BigInteger.TWO));
        this.fixture.await(() -> {
            this.fixture.chain().rpc("anvil_setNextBlockBaseFeePerGas", "0xba43b7400");
            this.fixture.chain().mine(1);
            return settlement.isDone();
        });
        assertThat(settlement.join().success()).isTrue();
        assertThat(this.fixture.chain().transfers()).hasSize(1);
    }

    private LocalEvmFacilitator facilitator(Duration settleTimeout, int... relayers) {
        Credentials[] keys = IntStream.of(relayers).mapToObj(this.fixture::relayer).toArray(Credentials[]::new);
        return this.fixture.facilitator(this.fixture.networkSettings(1, CEILING), settleTimeout, Set.of(), keys);
    }

    private PaymentPayload payment() {
        return this.fixture.pay(this.buyer).payload();
    }

    private PaymentPayload signed(TestWallet payer, TestWallet signer, String nonce, String validBefore) {
        return this.fixture.pay(payer, (each) -> each.nonce(nonce).with("validBefore", validBefore).signedBy(signer))
            .payload();
    }

    private CompletableFuture<SettleResponse> settle(LocalEvmFacilitator facilitator, PaymentPayload payment) {
        return inBackground(() -> this.fixture.settle(facilitator, payment));
    }

    private CompletableFuture<SettleResponse> inBackground(Callable<SettleResponse> settlement) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return settlement.call();
            }
            catch (Exception ex) {
                throw new IllegalStateException(ex);
            }
        }, this.executor);
    }

    private boolean verifies(LocalEvmFacilitator facilitator, PaymentPayload payment) {
        try {
            return facilitator.verify(payment, this.fixture.terms(), ChainFixture.RESOURCE).valid();
        }
        catch (FacilitatorException ex) {
            return false;
        }
    }

    private int count(int relayer) {
        String count = this.fixture.chain()
            .rpc("eth_getTransactionCount", this.fixture.relayer(relayer).getAddress(), "latest")
            .asString();
        return TokenCalls.number(count).intValueExact();
    }

    private String lowest() {
        JsonNode pool = this.fixture.chain().rpc("txpool_content").path("pending");
        List<String> hashes = new ArrayList<>();
        pool.forEach((sender) -> {
            JsonNode first = sender.path("0");
            if (first.isObject()) {
                hashes.add(first.path("hash").asString());
            }
        });
        return hashes.get(0);
    }

    private void sendElsewhere(Credentials key) {
        BigInteger nonce = TokenCalls
            .number(this.fixture.chain().rpc("eth_getTransactionCount", key.getAddress(), "pending").asString());
        RawTransaction transaction = RawTransaction.createTransaction(
                this.fixture.chain().network().chainId().longValueExact(), nonce, BigInteger.valueOf(21_000),
                key.getAddress(), BigInteger.ZERO, "", ChainFixture.GWEI, ChainFixture.GWEI.multiply(BigInteger.TEN));
        this.fixture.chain()
            .rpc("eth_sendRawTransaction", Numeric.toHexString(TransactionEncoder.signMessage(transaction, key)));
    }

}

package io.github.x402spring.facilitator.evm;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests which transfers by others count as payments.
 */
@LocalChain
@Tag("waiting")
class FrontRunTests {

    private static ChainFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new ChainFixture();
    }

    @AfterEach
    void resumeMining() {
        fixture.chain().resumeMining();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void settleWhenOvertakenThenIsPaidOnceByTheOtherTransaction() throws Exception {
        LocalEvmFacilitator facilitator = fixture.facilitator();
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        CompletableFuture<SettleResponse> settlement = sent(facilitator, payment);
        String theirs = overtake(presented(payment));
        assertThat(settlement.join().success()).isTrue();
        assertThat(settlement.join().transaction()).isEqualTo(theirs);
        SettleResponse again = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        assertThat(again.errorReason()).isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
    }

    @Test
    void settleWhenOvertakenByAnotherTransferOfTheSameNonceThenIsNotPaid() throws Exception {
        LocalEvmFacilitator facilitator = fixture.facilitator();
        TestWallet wallet = fixture.wallet();
        String nonce = TestWallet.randomNonce();
        PaymentPayload payment = fixture.pay(wallet, (each) -> each.nonce(nonce)).payload();
        PaymentPayload toItself = fixture.pay(wallet, (each) -> each.nonce(nonce).with("to", wallet.address()))
            .payload();
        PaymentPayload forSomethingElse = fixture.pay(wallet).payload();
        CompletableFuture<SettleResponse> settlement = sent(facilitator, payment);
        List<String> ours = fixture.chain().waiting();
        String both = TokenCallsBatch.encode(fixture.chain().token(), transfer(forSomethingElse), transfer(toItself));
        fixture.chain().submit(PresentedTransfer.MULTICALL, both);
        ours.forEach(fixture.chain()::drop);
        fixture.chain().mine(1);
        fixture.chain().resumeMining();
        assertThat(settlement.join().success()).isFalse();
        assertThat(settlement.join().errorReason()).isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
    }

    @Test
    void settleWhenPaidBeforeThenIsNotPaidAgain() throws Exception {
        LocalEvmFacilitator facilitator = fixture.facilitator();
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        fixture.chain().send(fixture.chain().token(), transfer(payment));
        assertThat(facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE).invalidReason())
            .isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
        assertThat(facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).errorReason())
            .isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
    }

    @Test
    void settleWhenAnotherInstanceWithTheSameKeyWasFasterThenIsPaidThereOnly() throws Exception {
        LocalEvmFacilitator first = fixture.facilitator();
        LocalEvmFacilitator second = fixture.facilitator();
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        CompletableFuture<SettleResponse> one = sent(first, payment);
        CompletableFuture<SettleResponse> other = settle(second, payment);
        fixture.chain().resumeMining();
        assertThat(one.join().success() ^ other.join().success()).isTrue();
    }

    private static CompletableFuture<SettleResponse> sent(LocalEvmFacilitator facilitator, PaymentPayload payment) {
        fixture.chain().pauseMining();
        CompletableFuture<SettleResponse> settlement = settle(facilitator, payment);
        fixture.await(() -> !fixture.chain().waiting().isEmpty());
        return settlement;
    }

    private static CompletableFuture<SettleResponse> settle(LocalEvmFacilitator facilitator, PaymentPayload payment) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return fixture.settle(facilitator, payment);
            }
            catch (FacilitatorException ex) {
                throw new IllegalStateException(ex);
            }
        }, (task) -> Thread.ofVirtual().start(task));
    }

    private static String overtake(PresentedTransfer presented) {
        List<String> ours = fixture.chain().waiting();
        String theirs = fixture.chain()
            .submit(fixture.chain().token(), TokenCalls.transfer(presented.authorization(), presented.signature()));
        ours.forEach(fixture.chain()::drop);
        fixture.chain().mine(1);
        fixture.chain().resumeMining();
        return theirs;
    }

    private static String transfer(PaymentPayload payment) {
        PresentedTransfer presented = presented(payment);
        return TokenCalls.transfer(presented.authorization(), presented.signature());
    }

    private static PresentedTransfer presented(PaymentPayload payment) {
        return PresentedTransfer.tryParse(payment, fixture.terms(), SignatureRecovery.web3j()).orElseThrow();
    }

    /** Encodes several calls of one contract in one transaction. */
    private static final class TokenCallsBatch {

        private static String encode(EvmAddress token, String first, String second) {
            byte[] data = HexFormat.of().parseHex(first, 2, first.length());
            return TokenCalls.deployAndTransfer(new WalletDeployment(token, data), token, second);
        }

    }

}

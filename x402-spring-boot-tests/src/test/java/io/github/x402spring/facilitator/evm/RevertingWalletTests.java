package io.github.x402spring.facilitator.evm;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that contract wallets whose check passes the estimate and fails on chain burn no
 * more gas than their budget.
 */
@LocalChain
class RevertingWalletTests {

    /**
     * A wallet that accepts any signature where gas costs nothing, as in an estimate:
     * returns {@code 0x1626ba7e} times {@code iszero(gasprice)}.
     */
    private static final String TREACHEROUS = "0x631626ba7e60e01b3a150260005260206000f3";

    private ChainFixture fixture;

    @BeforeEach
    void start() {
        this.fixture = new ChainFixture();
    }

    @AfterEach
    void stop() {
        this.fixture.close();
    }

    @Test
    void settleWhenOneWalletRevertsAgainAndAgainThenItIsRefusedAndOthersAreNot() throws Exception {
        LocalEvmFacilitator facilitator = facilitator(150_000, 10_000_000);
        EvmAddress wallet = treacherous(1);
        Set<ReasonCode> reasons = new HashSet<>();
        for (int i = 0; i < 30 && !reasons.contains(EvmNetwork.REVERT_BUDGET_BURNT); i++) {
            reasons.add(settle(facilitator, paidBy(wallet)));
        }
        assertThat(reasons).containsExactlyInAnyOrder(ReasonCode.SETTLEMENT_REVERTED, EvmNetwork.REVERT_BUDGET_BURNT);
        assertThat(verify(facilitator, paidBy(wallet))).isEqualTo(EvmNetwork.REVERT_BUDGET_BURNT);
        assertThat(burnt(facilitator)).isBetween(150_000L, 400_000L);
        assertPays(facilitator, contractPayment());
        assertPays(facilitator, this.fixture.pay(this.fixture.wallet()).payload());
    }

    @Test
    void settleWhenEachPaymentHasAWalletOfItsOwnThenContractWalletsAreRefusedAndKeysAreNot() throws Exception {
        LocalEvmFacilitator facilitator = facilitator(10_000_000, 200_000);
        assertPays(facilitator, contractPayment());
        Set<ReasonCode> reasons = new HashSet<>();
        for (int i = 1; i < 30 && !reasons.contains(EvmNetwork.REVERT_BUDGET_BURNT); i++) {
            reasons.add(settle(facilitator, paidBy(treacherous(i))));
        }
        assertThat(reasons).containsExactlyInAnyOrder(ReasonCode.SETTLEMENT_REVERTED, EvmNetwork.REVERT_BUDGET_BURNT);
        assertThat(verify(facilitator, contractPayment())).isEqualTo(EvmNetwork.REVERT_BUDGET_BURNT);
        assertThat(burnt(facilitator)).isBetween(200_000L, 450_000L);
        assertThat(facilitator.revertRefusals().values()).containsExactly(2L);
        assertPays(facilitator, this.fixture.pay(this.fixture.wallet()).payload());
    }

    private void assertPays(LocalEvmFacilitator facilitator, PaymentPayload payment) throws Exception {
        assertThat(verify(facilitator, payment)).isNull();
        assertThat(settle(facilitator, payment)).isNull();
    }

    private ReasonCode verify(LocalEvmFacilitator facilitator, PaymentPayload payment) throws Exception {
        return facilitator.verify(payment, this.fixture.terms(), ChainFixture.RESOURCE).invalidReason();
    }

    private ReasonCode settle(LocalEvmFacilitator facilitator, PaymentPayload payment) throws Exception {
        return this.fixture.settle(facilitator, payment).errorReason();
    }

    private static long burnt(LocalEvmFacilitator facilitator) {
        return facilitator.revertedGas().values().iterator().next();
    }

    private PaymentPayload contractPayment() {
        TestWallet owner = TestWallet.create();
        EvmAddress wallet = this.fixture.chain().deploy("TestWallet", EvmAddress.parse(owner.address()));
        this.fixture.chain().mint(wallet, ChainFixture.PRICE);
        return this.fixture.pay(owner, (payment) -> payment.with("from", wallet.value())).payload();
    }

    private EvmAddress treacherous(int number) {
        EvmAddress wallet = new EvmAddress(String.format(java.util.Locale.ROOT, "0x%040x", 0xbad0000 + number));
        this.fixture.chain().setCode(wallet, TREACHEROUS);
        this.fixture.chain().mint(wallet, ChainFixture.PRICE);
        return wallet;
    }

    private PaymentPayload paidBy(EvmAddress wallet) {
        return this.fixture.pay(TestWallet.create(), (payment) -> payment.with("from", wallet.value())).payload();
    }

    private LocalEvmFacilitator facilitator(long perWallet, long inTotal) {
        return this.fixture.facilitator(this.fixture.networkSettings(), Duration.ofSeconds(10), Set.of(), perWallet,
                inTotal, this.fixture.relayer(2));
    }

}

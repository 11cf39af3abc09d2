package io.github.x402spring.test.chain;

import java.math.BigInteger;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@LocalChain
@Tag("waiting")
class LocalChainTests {

    private static final BigInteger CENT = BigInteger.valueOf(10_000);

    private static final BigInteger PURSE = BigInteger.valueOf(100_000_000);

    private static final EvmAddress SHOP = EvmAddress.parse(TestWallet.create().address());

    private final LocalNode node;

    LocalChainTests(LocalNode node) {
        this.node = node;
    }

    @Test
    void parameterWhenAskedForThenSharedNodeAndFundedWallets(LocalNode node, TestWallet first, TestWallet second) {
        assertThat(node).isSameAs(this.node);
        assertThat(node.rpc("eth_chainId").asString()).isEqualTo("0x14a34");
        assertThat(first).isNotEqualTo(second);
        assertThat(node.balanceOf(first)).isEqualTo(PURSE);
        assertThat(node.balanceOf(second)).isEqualTo(PURSE);
        assertThat(node.balanceOf(TestWallet.create())).isZero();
    }

    @Test
    void assetWhenTheNetworkHasADefaultTokenThenItIsPlayedAtItsAddress() {
        Asset usdc = new AssetRegistry(java.util.List.of()).find(this.node.network(), "USDC").orElseThrow();
        assertThat(this.node.asset()).isEqualTo(usdc);
        assertThat(this.node.token()).isEqualTo(EvmAddress.parse(usdc.address()));
        assertThat(this.node.properties()).containsEntry("x402.evm.rpc-urls", this.node.rpcUrl().toString())
            .containsEntry("x402.network", "eip155:84532")
            .containsEntry("x402.asset", "USDC")
            .doesNotContainKey("x402.assets.USDC.address");
    }

    @Test
    void invokeWhenAnAuthorizationIsSignedForTheRealTokenThenItIsMoved(TestWallet wallet) {
        int before = this.node.transfers().size();
        assertThat(transfer(this.node, pay(this.node, wallet))).isTrue();
        assertThat(this.node.balanceOf(wallet)).isEqualTo(PURSE.subtract(CENT));
        assertThat(this.node.transfers()).hasSizeGreaterThan(before)
            .last()
            .satisfies((transfer) -> assertThat(transfer.from()).isEqualTo(EvmAddress.parse(wallet.address())))
            .satisfies((transfer) -> assertThat(transfer.to()).isEqualTo(SHOP))
            .satisfies((transfer) -> assertThat(transfer.value()).isEqualTo(CENT));
    }

    @Test
    void invokeWhenTheAuthorizationIsInvalidThenReverted(TestWallet wallet) {
        PaymentDraft payment = pay(this.node, wallet);
        assertThat(transfer(this.node, pay(this.node, wallet).chainId(1))).isFalse();
        assertThat(transfer(this.node, pay(this.node, wallet).validBefore(this.node.time()))).isFalse();
        assertThat(transfer(this.node, pay(this.node, wallet).with("value", PURSE.add(CENT).toString()))).isFalse();
        assertThat(transfer(this.node, payment)).isTrue();
        assertThat(transfer(this.node, payment)).isFalse();
        assertThat(this.node.balanceOf(wallet)).isEqualTo(PURSE.subtract(CENT));
    }

    @Test
    void cancelWhenCalledThenTheAuthorizationIsWorthNothing(TestWallet wallet) {
        String nonce = TestWallet.randomNonce();
        this.node.cancel(wallet, nonce);
        assertThat(transfer(this.node, pay(this.node, wallet).nonce(nonce))).isFalse();
        assertThat(transfer(this.node, pay(this.node, wallet))).isTrue();
    }

    @Test
    void setBlacklistedWhenListedThenNothingMovesUntilItIsTakenOff(TestWallet wallet) {
        EvmAddress listed = EvmAddress.parse(wallet.address());
        this.node.setBlacklisted(listed, true);
        assertThat(transfer(this.node, pay(this.node, wallet))).isFalse();
        this.node.setBlacklisted(listed, false);
        assertThat(transfer(this.node, pay(this.node, wallet))).isTrue();
    }

    @Test
    void setGasWhenSetThenTheAccountHasThatMuch() {
        EvmAddress account = EvmAddress.parse(TestWallet.create().address());
        this.node.setGas(account, BigInteger.TEN);
        assertThat(this.node.gasOf(account)).isEqualTo(BigInteger.TEN);
        assertThat(this.node.gasOf(EvmAddress.parse(this.node.account(0).address()))).isPositive();
        assertThat(TestWallet.ofPrivateKey(this.node.privateKey(1))).isEqualTo(this.node.account(1));
    }

    @Test
    void deployWhenTheContractIsNotInTheKitThenSaysWhichAre() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.node.deploy("Other"))
            .withMessageContaining("TestToken");
        assertThatExceptionOfType(LocalNodeException.class).isThrownBy(() -> this.node.rpc("x402_other"))
            .withMessageContaining("x402_other");
    }

    @Test
    void startWhenOfItsOwnThenTimeMiningAndRestartsConcernNoOther(TestWallet wallet) {
        BigInteger block = this.node.blockNumber();
        try (LocalNode own = LocalNode.start()) {
            own.fund(wallet, "$2");
            assertThat(own.rpcUrl()).isNotEqualTo(this.node.rpcUrl());
            BigInteger height = own.blockNumber();
            own.mine(3);
            assertThat(own.blockNumber().subtract(height)).isEqualTo(3);
            PaymentDraft expiring = pay(own, wallet);
            PaymentDraft later = pay(own, wallet).validBefore(own.time().plusSeconds(100_000));
            own.advance(Duration.ofHours(1));
            assertThat(transfer(own, expiring)).isFalse();
            assertThat(transfer(own, later)).isTrue();
            String snapshot = own.snapshot();
            assertThat(transfer(own, pay(own, wallet))).isTrue();
            own.revert(snapshot);
            assertThat(own.balanceOf(wallet)).isEqualTo(CENT.multiply(BigInteger.valueOf(199)));
            own.pauseMining();
            String lost = own.submit(own.token(), calldata(pay(own, wallet)));
            String kept = own.submit(own.token(), Abi.call("mint(address,uint256)", SHOP, CENT));
            assertThat(own.waiting()).containsExactlyInAnyOrder(lost, kept);
            own.drop(lost);
            assertThat(own.waiting()).doesNotContain(lost);
            own.resumeMining();
            BigInteger shop = own.balanceOf(SHOP);
            String state = own.kill();
            assertThat(own.isAlive()).isFalse();
            assertThatExceptionOfType(LocalNodeException.class).isThrownBy(own::blockNumber);
            own.restart(state);
            assertThat(own.balanceOf(wallet)).isEqualTo(CENT.multiply(BigInteger.valueOf(199)));
            assertThat(own.balanceOf(SHOP)).isEqualTo(shop);
        }
        assertThat(this.node.balanceOf(wallet)).isEqualTo(PURSE);
        assertThat(this.node.blockNumber().subtract(block)).isLessThan(BigInteger.valueOf(3));
    }

    @Test
    void reorganizeWhenBlocksAreTakenBackThenTheTransferIsGone(TestWallet wallet) {
        try (LocalNode own = LocalNode.start()) {
            own.fund(wallet, "$2");
            own.mine(1);
            assertThat(transfer(own, pay(own, wallet))).isTrue();
            own.reorganize(1);
            assertThat(own.balanceOf(wallet)).isEqualTo(CENT.multiply(BigInteger.valueOf(200)));
        }
    }

    @Test
    void startWhenTheNetworkIsNotKnownThenATokenIsDeployedAndConfigured() {
        try (LocalNode own = LocalNode.start("eip155:424242", "--hardfork", "berlin")) {
            assertThat(own.rpc("eth_chainId").asString()).isEqualTo("0x67932");
            Map<String, String> properties = own.properties();
            assertThat(properties).containsEntry("x402.network", "eip155:424242")
                .containsEntry("x402.assets.USDC.network", "eip155:424242")
                .containsEntry("x402.assets.USDC.address", own.asset().address());
            TestWallet wallet = TestWallet.create();
            own.fund(wallet, "$1");
            assertThat(transfer(own, pay(own, wallet))).isTrue();
        }
    }

    @Test
    void startWhenItFailsThenTheNodesOwnWordsAreInTheMessage() {
        assertThatExceptionOfType(LocalNodeException.class)
            .isThrownBy(() -> LocalNode.start("base", "--no-such-option"))
            .withMessageContaining("--no-such-option");
        assertThatIllegalArgumentException().isThrownBy(() -> LocalNode.start("solana-devnet"));
    }

    @Nested
    class Inner {

        @Test
        void parameterWhenNestedThenTheSameNode(LocalNode node) {
            assertThat(node).isSameAs(LocalChainTests.this.node);
        }

    }

    @LocalChain(network = "base")
    @Nested
    class OnAnotherNetwork {

        @Test
        void parameterWhenTheNetworkIsAnotherThenItsNodeAndToken(LocalNode node, TestWallet wallet) {
            assertThat(node).isNotSameAs(LocalChainTests.this.node);
            assertThat(node.asset().name()).isEqualTo("USD Coin");
            assertThat(transfer(node, pay(node, wallet))).isTrue();
        }

    }

    private static PaymentDraft pay(LocalNode node, TestWallet wallet) {
        Asset asset = node.asset();
        return wallet.pay(new PaymentRequirements("exact", node.network(), new TokenAmount(CENT), asset.address(),
                SHOP.checksummed(), 300, asset.extra()), node.time());
    }

    /** Tells whether the transfer went through. */
    private static boolean transfer(LocalNode node, PaymentDraft payment) {
        return "0x1".equals(node.send(node.token(), calldata(payment)).path("status").asString());
    }

    @SuppressWarnings("unchecked")
    private static String calldata(PaymentDraft payment) {
        Map<String, Object> payload = payment.payload().payload();
        Map<String, String> signed = (Map<String, String>) payload.get("authorization");
        return Abi.call("transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
                EvmAddress.parse(signed.get("from")), EvmAddress.parse(signed.get("to")),
                new BigInteger(signed.get("value")), new BigInteger(signed.get("validAfter")),
                new BigInteger(signed.get("validBefore")), bytes(signed.get("nonce")),
                bytes((String) payload.get("signature")));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex, 2, hex.length());
    }

}

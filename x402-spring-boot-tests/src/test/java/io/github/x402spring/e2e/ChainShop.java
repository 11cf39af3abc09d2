package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

import io.github.x402spring.Eventually;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.evm.LocalEvmFacilitator;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalNode;
import io.github.x402spring.test.chain.LocalNode.Transfer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Is a shop that settles on a development chain by itself, with buyers who behave as real
 * ones do, and its books.
 */
final class ChainShop implements AutoCloseable {

    static final BigInteger PRICE = BigInteger.valueOf(10_000);

    private static final BigInteger PURSE = PRICE.multiply(BigInteger.valueOf(100));

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private final LocalNode chain;

    private final List<TestWallet> wallets = new ArrayList<>();

    private final BigInteger balanceBefore;

    private final PaidApp app;

    private ChainShop(LocalNode chain, int wallets, String... properties) {
        this.chain = chain;
        for (int i = 0; i < wallets; i++) {
            this.wallets.add(TestWallet.create());
            chain.mint(address(this.wallets.get(i)), PURSE);
        }
        List<String> all = new ArrayList<>(List.of("x402.facilitator.type=local",
                "x402.facilitator.max-concurrent-calls=500", "x402.facilitator.settle-timeout=20s",
                "x402.facilitator.circuit-breaker.open-time=1s", "x402.evm.rpc-urls=" + chain.rpcUrl(),
                "x402.evm.poll-interval=25ms", "x402.evm.relayer-keys[0]=" + chain.privateKey(2),
                "x402.evm.relayer-keys[1]=" + chain.privateKey(3), "x402.asset=TEST",
                "x402.assets.TEST.network=base-sepolia", "x402.assets.TEST.address=" + chain.token(),
                "x402.assets.TEST.name=USDC", "x402.assets.TEST.decimals=6"));
        all.addAll(List.of(properties));
        this.app = PaidApp.start(Shop.class, all.toArray(String[]::new));
        this.balanceBefore = chain.balanceOf(shop());
    }

    static ChainShop open(LocalNode chain, int wallets, String... properties) {
        return new ChainShop(chain, wallets, properties);
    }

    LocalNode chain() {
        return this.chain;
    }

    PaidApp app() {
        return this.app;
    }

    TestWallet wallet(int index) {
        return this.wallets.get(index);
    }

    LocalEvmFacilitator facilitator() {
        return this.app.bean(LocalEvmFacilitator.class);
    }

    PaymentRequirements terms() {
        return this.app.terms("/a");
    }

    PaymentDraft pay(TestWallet wallet, PaymentRequirements terms) {
        return wallet.pay(terms, this.chain.time());
    }

    /**
     * Lets each wallet buy in turn, all at the same time, until each has what it paid
     * for.
     */
    List<Callable<Answer>> purchases(int number) {
        PaymentRequirements terms = terms();
        List<Callable<Answer>> purchases = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            TestWallet wallet = this.wallets.get(i % this.wallets.size());
            purchases.add(() -> buy(pay(wallet, terms)));
        }
        return purchases;
    }

    /**
     * Presents one payment until its outcome is known, also while others of its payer are
     * unknown. Never signs a second time.
     */
    Answer buy(PaymentDraft payment) {
        String header = PaidApp.signature(payment);
        Instant deadline = Instant.now().plus(PATIENCE);
        Answer answer = this.app.http().get("/a", header);
        while ((answer.status() == 503 || answer.status() == 429) && Instant.now().isBefore(deadline)) {
            assertThat(answer.header("Retry-After")).isNotNull();
            assertThat(answer.text()).doesNotContain("delivered a");
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            answer = this.app.http().get("/a", header);
        }
        return answer;
    }

    /**
     * Presents a payment once.
     */
    Answer ask(PaymentDraft payment) {
        return this.app.http().get("/a", PaidApp.signature(payment));
    }

    static String transaction(Answer answer) {
        return receipt(answer).transaction();
    }

    static SettleResponse receipt(Answer answer) {
        return CODEC.decodeSettleResponse(answer.header("PAYMENT-RESPONSE")).orElseThrow();
    }

    /** Encodes what moves the money, as anybody could. */
    static String calldata(PaymentDraft payment) {
        Map<String, ?> payload = payment.schemePayload();
        TransferAuthorization authorization = TransferAuthorization.tryParse((Map<?, ?>) payload.get("authorization"))
            .orElseThrow();
        byte[] signature = Numeric.hexStringToByteArray((String) payload.get("signature"));
        return FunctionEncoder.encode(new Function("transferWithAuthorization",
                List.of(new Address(authorization.from().value()), new Address(authorization.to().value()),
                        new Uint256(authorization.value()), new Uint256(authorization.validAfter()),
                        new Uint256(authorization.validBefore()),
                        new Bytes32(Numeric.hexStringToByteArray(authorization.nonce())), new DynamicBytes(signature)),
                List.of()));
    }

    /** Compares what was granted with what the chain says was paid. */
    void assertBooksBalance(List<Answer> answers) {
        List<Answer> grants = answers.stream().filter((answer) -> answer.status() == 200).toList();
        assertThat(grants).allSatisfy((answer) -> assertThat(answer.text()).isEqualTo("delivered a"));
        assertThat(answers).filteredOn((answer) -> answer.status() != 200)
            .allSatisfy((answer) -> assertThat(answer.text()).doesNotContain("delivered a"));
        List<Transfer> transfers = this.chain.transfers()
            .stream()
            .filter((transfer) -> this.wallets.stream().anyMatch((wallet) -> address(wallet).equals(transfer.from())))
            .toList();
        assertThat(transfers).allSatisfy((transfer) -> {
            assertThat(transfer.to()).isEqualTo(shop());
            assertThat(transfer.value()).isEqualTo(PRICE);
        });
        Set<String> paid = new LinkedHashSet<>(transfers.stream().map(Transfer::transaction).toList());
        assertThat(paid).hasSameSizeAs(transfers);
        assertThat(grants.stream().map(ChainShop::transaction)).doesNotHaveDuplicates()
            .containsExactlyInAnyOrderElementsOf(paid);
        BigInteger earned = PRICE.multiply(BigInteger.valueOf(grants.size()));
        assertThat(this.chain.balanceOf(shop()).subtract(this.balanceBefore)).isEqualTo(earned);
        BigInteger left = this.wallets.stream()
            .map((wallet) -> this.chain.balanceOf(address(wallet)))
            .reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(left.add(earned)).isEqualTo(PURSE.multiply(BigInteger.valueOf(this.wallets.size())));
    }

    static EvmAddress shop() {
        return EvmAddress.parse(PaidApp.PAY_TO);
    }

    static EvmAddress address(TestWallet wallet) {
        return EvmAddress.parse(wallet.address());
    }

    static EvmAddress address(Credentials account) {
        return EvmAddress.parse(account.getAddress());
    }

    static void await(Eventually.Condition condition) {
        Eventually.await("what the shop or the chain does", condition);
    }

    @Override
    public void close() {
        this.app.close();
    }

}

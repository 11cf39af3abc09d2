package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.x402spring.facilitator.evm.NodeProxy.Behaviour;
import io.github.x402spring.facilitator.evm.SettlementEvent.Kind;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SettlementWatch} on a chain that changes its mind.
 */
@LocalChain
@Tag("waiting")
class ReorganizationTests {

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
    void settleWhenChainTakesItBackThenIsMadeAgain() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        String snapshot = this.fixture.chain().snapshot();
        SettleResponse settled = facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
        this.fixture.takeBackTo(snapshot);
        this.fixture.keepMiningUntil(() -> this.fixture.kinds().contains(Kind.SETTLED_AGAIN));
        assertThat(this.fixture.kinds()).containsExactly(Kind.REORGANIZED, Kind.SETTLED_AGAIN);
        assertThat(this.fixture.events()).extracting(SettlementEvent::transaction).containsOnly(settled.transaction());
        assertThat(this.fixture.chain().balanceOf(ChainFixture.SHOP)).isEqualTo(ChainFixture.PRICE);
    }

    @Test
    void settleWhenTakenBackAndFundsAreGoneThenIsLost() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        TestWallet wallet = TestWallet.create();
        String unfunded = this.fixture.chain().snapshot();
        this.fixture.chain().mint(ChainFixture.address(wallet), ChainFixture.PRICE);
        PaymentPayload payment = this.fixture.pay(wallet).payload();
        SettleResponse settled = facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
        this.fixture.takeBackTo(unfunded);
        this.fixture.keepMiningUntil(() -> this.fixture.kinds().contains(Kind.LOST));
        assertThat(settled.success()).isTrue();
        assertThat(this.fixture.kinds()).containsExactly(Kind.REORGANIZED, Kind.LOST);
        assertThat(this.fixture.chain().balanceOf(ChainFixture.SHOP)).isZero();
    }

    @Test
    void settleWhenTakenBackAndThePayerCancelledMeanwhileThenIsLost() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        TestWallet wallet = this.fixture.wallet();
        PaymentPayload payment = this.fixture.pay(wallet).payload();
        String snapshot = this.fixture.chain().snapshot();
        assertThat(facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE).success()).isTrue();
        this.fixture.chain().revert(snapshot);
        this.fixture.chain().waiting().forEach(this.fixture.chain()::drop);
        this.fixture.chain().cancel(wallet, presented(payment).authorization().nonce());
        this.fixture.keepMiningUntil(() -> this.fixture.kinds().contains(Kind.LOST));
        assertThat(this.fixture.kinds()).containsExactly(Kind.REORGANIZED, Kind.LOST);
    }

    @Test
    void settleWhenTakenBackAndMadeBySomebodyElseThenNothingIsSaid() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        String snapshot = this.fixture.chain().snapshot();
        assertThat(facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE).success()).isTrue();
        this.fixture.chain().revert(snapshot);
        this.fixture.chain().waiting().forEach(this.fixture.chain()::drop);
        PresentedTransfer presented = presented(payment);
        this.fixture.chain()
            .send(this.fixture.chain().token(), TokenCalls.transfer(presented.authorization(), presented.signature()));
        mineFortyBlocks();
        assertThat(this.fixture.events()).isEmpty();
        assertThat(this.fixture.chain().balanceOf(ChainFixture.SHOP)).isEqualTo(ChainFixture.PRICE);
    }

    private PresentedTransfer presented(PaymentPayload payment) {
        return PresentedTransfer.tryParse(payment, this.fixture.terms(), SignatureRecovery.web3j()).orElseThrow();
    }

    /** Leaves the watch time for a look after each block. */
    private void mineFortyBlocks() {
        for (int i = 0; i < 40; i++) {
            this.fixture.mineSlowly();
            LockSupport.parkNanos(Duration.ofMillis(40).toNanos());
        }
    }

    static Stream<Named<List<Behaviour>>> nodesThatDoNotKnow() {
        return Stream.of(Named.of("one node has no receipts", List.of(withoutReceipts())),
                Named.of("one of two has none", List.of(withoutReceipts(), NodeProxy::forward)),
                Named.of("none of two has any", List.of(withoutReceipts(), withoutReceipts())),
                Named.of("one node has another block", List.of(withOtherBlocks())),
                Named.of("one of two is on another fork and has no receipts",
                        List.of(onAnotherFork(), NodeProxy::forward)),
                Named.of("one node says the transaction failed", List.of(withFailedReceipts())),
                Named.of("one node does not know old blocks", List.of(withoutOldBlocks())));
    }

    @ParameterizedTest
    @MethodSource("nodesThatDoNotKnow")
    void settleWhenANodeDoesNotKnowTheReceiptThenNothingIsSaid(List<Behaviour> behaviours) throws Exception {
        List<NodeProxy> nodes = behaviours.stream()
            .map((each) -> new NodeProxy(this.fixture.chain().rpcUrl()))
            .toList();
        try {
            LocalEvmFacilitator facilitator = this.fixture.facilitator(
                    settings(nodes.stream().map(NodeProxy::url).toList()), Duration.ofSeconds(10), Set.of(),
                    this.fixture.relayer(2));
            PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
            SettleResponse settled = facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
            assertThat(settled.success()).isTrue();
            for (int i = 0; i < nodes.size(); i++) {
                nodes.get(i).behave(behaviours.get(i));
            }
            mineFortyBlocks();
            assertThat(this.fixture.events()).isEmpty();
            assertThat(this.fixture.chain().transfers()).hasSize(1);
        }
        finally {
            nodes.forEach(NodeProxy::close);
        }
    }

    private EvmNetworkSettings settings(List<URI> nodes) {
        EvmNetworkSettings present = this.fixture.networkSettings();
        return new EvmNetworkSettings(present.network(), nodes, 1, present.maxFeePerGas(), null, present.maxGas(),
                present.pollInterval(), 2000, 5);
    }

    private static Behaviour withoutReceipts() {
        return changing((method, answer) -> {
            if (method.equals("eth_getTransactionReceipt")) {
                answer.putNull("result");
            }
        });
    }

    private static Behaviour withFailedReceipts() {
        return changing((method, answer) -> {
            if (method.equals("eth_getTransactionReceipt") && answer.path("result").isObject()) {
                ((ObjectNode) answer.path("result")).put("status", "0x0");
            }
        });
    }

    private static Behaviour withOtherBlocks() {
        return changing((method, answer) -> {
            if (method.equals("eth_getTransactionReceipt")) {
                answer.putNull("result");
            }
            if (method.startsWith("eth_getBlockByNumber") && answer.path("result").isObject()) {
                ((ObjectNode) answer.path("result")).put("hash", "0x" + "5".repeat(64));
            }
        });
    }

    private static Behaviour onAnotherFork() {
        return changing((method, answer) -> {
            if (method.equals("eth_getTransactionReceipt")) {
                answer.putNull("result");
            }
            if (method.startsWith("eth_getBlockByNumber") && answer.path("result").isObject()) {
                ((ObjectNode) answer.path("result")).put("hash", "0x" + "5".repeat(64));
            }
            if (method.equals("eth_call")) {
                answer.put("result", "0x" + "0".repeat(64));
            }
        });
    }

    private static Behaviour withoutOldBlocks() {
        return changing((method, answer) -> {
            if (method.equals("eth_getTransactionReceipt") || method.equals("eth_getBlockByNumber 0x")) {
                answer.putNull("result");
            }
        });
    }

    /** Changes the node's reply to each call of a batch. */
    private static Behaviour changing(BiConsumer<String, ObjectNode> change) {
        return (proxy, request) -> {
            JsonNode calls = JsonMapper.shared().readTree(request);
            JsonNode answers = JsonMapper.shared().readTree(proxy.ask(request));
            Iterable<JsonNode> each = calls.isArray() ? calls : List.of(calls);
            Map<Long, String> methods = new HashMap<>();
            each.forEach((call) -> methods.put(call.path("id").asLong(), method(call)));
            (answers.isArray() ? answers : List.of(answers)).forEach((answer) -> change
                .accept(methods.getOrDefault(answer.path("id").asLong(), ""), (ObjectNode) answer));
            return new NodeProxy.Answer(200, answers.toString());
        };
    }

    private static String method(JsonNode call) {
        String method = call.path("method").asString();
        boolean old = method.equals("eth_getBlockByNumber") && call.path("params").path(0).asString().startsWith("0x");
        return old ? method + " 0x" : method;
    }

    @Test
    void settleWhenItLiesDeepThenNothingIsSaid() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        SettleResponse settled = facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
        this.fixture.chain().mine(50);
        SettleResponse next = facilitator.settle(this.fixture.pay(this.fixture.wallet()).payload(),
                this.fixture.terms(), ChainFixture.RESOURCE);
        assertThat(settled.success()).isTrue();
        assertThat(next.success()).isTrue();
        assertThat(this.fixture.events()).isEmpty();
    }

    @Test
    void settleWhenConfirmationsAreAskedForThenWaitsForThem() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator(
                this.fixture.networkSettings(3, ChainFixture.GWEI.multiply(BigInteger.valueOf(100))),
                Duration.ofMillis(300), Set.of(), this.fixture.relayer(2));
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        SettleResponse early = this.fixture.settleUntilSent(facilitator, payment);
        this.fixture.await(() -> this.fixture.chain().balanceOf(ChainFixture.SHOP).equals(ChainFixture.PRICE));
        this.fixture.chain().mine(2);
        SettleResponse late = this.fixture.settleUntilDecided(facilitator, payment);
        assertThat(early.pending()).isTrue();
        assertThat(early.transaction()).matches("0x[0-9a-f]{64}");
        assertThat(late.success()).isTrue();
        assertThat(late.transaction()).isEqualTo(early.transaction());
    }

}

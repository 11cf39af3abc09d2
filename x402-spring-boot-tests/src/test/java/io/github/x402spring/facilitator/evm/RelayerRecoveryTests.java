package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.x402spring.facilitator.evm.NodeProxy.Answer;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that one false reply of a node does not stop a relayer.
 */
@LocalChain
class RelayerRecoveryTests {

    private ChainFixture fixture;

    private NodeProxy node;

    private TestWallet buyer;

    @BeforeEach
    void start() {
        this.fixture = new ChainFixture();
        this.node = new NodeProxy(this.fixture.chain().rpcUrl());
        this.buyer = this.fixture.wallet();
    }

    @AfterEach
    void stop() {
        this.fixture.close();
        this.node.close();
    }

    @Test
    void settleWhenANodeCountedTooHighOnceThenNoNumberIsLeftOut() throws Exception {
        LocalEvmFacilitator facilitator = facilitator();
        AtomicBoolean lied = countTooHigh(false);
        FutureTask<SettleResponse> purchase = purchase(facilitator);
        this.fixture.await(lied::get);
        this.fixture.keepMiningUntil(purchase::isDone);
        assertThat(purchase.get().success()).isTrue();
        assertThat(settle(facilitator).success()).isTrue();
        assertThat(this.fixture.chain().transfers()).hasSize(2);
        assertThat(facilitator.relayers().get(0).filled()).isZero();
    }

    @Test
    void settleWhenANodeCountedTooHighUntilItWasSentThenTheGapIsFilled() throws Exception {
        AtomicBoolean lied = countTooHigh(true);
        LocalEvmFacilitator facilitator = facilitator();
        FutureTask<SettleResponse> purchase = purchase(facilitator);
        this.fixture.await(lied::get);
        AtomicLong gaps = new AtomicLong();
        this.fixture.keepMiningUntil(() -> {
            gaps.accumulateAndGet(facilitator.concerns().get("relayerGaps"), Math::max);
            return purchase.isDone();
        });
        assertThat(purchase.get().success()).isTrue();
        assertThat(settle(facilitator).success()).isTrue();
        assertThat(this.fixture.chain().transfers()).hasSize(2);
        assertThat(gaps).hasPositiveValue();
        assertThat(facilitator.relayers().get(0).filled()).isEqualTo(2);
        this.fixture.await(() -> facilitator.concerns().get("relayerGaps") == 0);
    }

    @Test
    void settleWhenANodeOnceCalledANumberTooLowThenTheHoleIsFilled() throws Exception {
        LocalEvmFacilitator facilitator = facilitator();
        AtomicBoolean lied = new AtomicBoolean();
        this.node.behave((proxy, request) -> {
            if (request.contains("eth_sendRawTransaction") && lied.compareAndSet(false, true)) {
                return new Answer(200, "{\"jsonrpc\":\"2.0\",\"id\":" + JsonMapper.shared().readTree(request).path("id")
                        + ",\"error\":{\"code\":-32000,\"message\":\"nonce too low\"}}");
            }
            return NodeProxy.forward(proxy, request);
        });
        FutureTask<SettleResponse> purchase = purchase(facilitator);
        this.fixture.await(lied::get);
        this.fixture.keepMiningUntil(purchase::isDone);
        assertThat(purchase.get().success()).isTrue();
        assertThat(settle(facilitator).success()).isTrue();
        assertThat(this.fixture.chain().transfers()).hasSize(2);
    }

    private AtomicBoolean countTooHigh(boolean untilSent) {
        AtomicBoolean lied = new AtomicBoolean();
        this.node.behave((proxy, request) -> {
            String answer = proxy.ask(request);
            boolean lies = request.contains("eth_getTransactionCount") && (!lied.get() || (untilSent && !isSent()));
            if (!lies) {
                return new Answer(200, answer);
            }
            lied.set(true);
            JsonNode replies = JsonMapper.shared().readTree(answer);
            for (JsonNode call : JsonMapper.shared().readTree(request)) {
                replies.forEach((reply) -> {
                    if (call.path("id").equals(reply.path("id"))
                            && "eth_getTransactionCount".equals(call.path("method").asString())) {
                        BigInteger count = TokenCalls.number(reply.path("result").asString()).add(BigInteger.TWO);
                        ((ObjectNode) reply).put("result", "0x" + count.toString(16));
                    }
                });
            }
            return new Answer(200, replies.toString());
        });
        return lied;
    }

    private boolean isSent() {
        return this.node.requests().stream().anyMatch((request) -> request.contains("eth_sendRawTransaction"));
    }

    private FutureTask<SettleResponse> purchase(LocalEvmFacilitator facilitator) {
        FutureTask<SettleResponse> purchase = new FutureTask<>(() -> settle(facilitator));
        Thread.ofVirtual().start(purchase);
        return purchase;
    }

    private SettleResponse settle(LocalEvmFacilitator facilitator) {
        PaymentPayload payment = this.fixture.pay(this.buyer).payload();
        return this.fixture.settleUntilDecided(facilitator, payment);
    }

    private LocalEvmFacilitator facilitator() {
        EvmNetworkSettings present = this.fixture.networkSettings();
        LocalEvmFacilitator facilitator = this.fixture.facilitator(
                new EvmNetworkSettings(present.network(), List.of(this.node.url()), 1, present.maxFeePerGas(), null,
                        present.maxGas(), present.pollInterval(), 2000, 5),
                Duration.ofSeconds(2), Set.of(), this.fixture.relayer(2));
        this.fixture.await(() -> facilitator.relayers().get(0).balance().signum() > 0);
        return facilitator;
    }

}

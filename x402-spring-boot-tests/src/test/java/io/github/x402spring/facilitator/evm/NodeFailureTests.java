package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.crypto.Hash;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.evm.NodeProxy.Answer;
import io.github.x402spring.facilitator.evm.NodeProxy.Behaviour;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;
import io.github.x402spring.transport.ScriptedServer;
import io.github.x402spring.transport.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a {@link LocalEvmFacilitator} whose nodes misbehave.
 */
@LocalChain
@Tag("waiting")
class NodeFailureTests {

    /** Of a call to a node that hangs; no other call runs out of time. */
    private static final Duration RPC_TIMEOUT = Duration.ofSeconds(3);

    /**
     * The first transfer and its first replacement; in between comes the next transfer.
     */
    private static final Set<Integer> KEPT = Set.of(0, 2);

    private static ChainFixture fixture;

    private NodeProxy first;

    private NodeProxy second;

    private Duration rpcTimeout = Duration.ofMinutes(1);

    private final List<LocalEvmFacilitator> opened = new ArrayList<>();

    @BeforeAll
    static void startChain() {
        fixture = new ChainFixture();
    }

    @AfterAll
    static void stopChain() {
        fixture.close();
    }

    @BeforeEach
    void start() {
        this.first = new NodeProxy(fixture.chain().rpcUrl());
        this.second = new NodeProxy(fixture.chain().rpcUrl());
    }

    @AfterEach
    void stop() {
        this.opened.forEach(LocalEvmFacilitator::close);
        this.first.close();
        this.second.close();
    }

    @Test
    void settleWhenNodesAreWellThenTheFirstIsAskedInBatches() throws Exception {
        LocalEvmFacilitator facilitator = facilitator(this.first.url(), this.second.url());
        assertThat(buy(facilitator).success()).isTrue();
        assertThat(this.first.requests())
            .anyMatch((request) -> request.startsWith("[") && request.contains("eth_call"));
        assertThat(this.second.requests()).noneMatch((request) -> request.contains("eth_call"));
    }

    static Stream<Named<Behaviour>> failures() {
        return Stream.of(Named.of("500", NodeProxy.answer(500, "")),
                Named.of("429", NodeProxy.answer(429, "slow down")), Named.of("401", NodeProxy.answer(401, "")),
                Named.of("hangs", NodeFailureTests::hang), Named.of("redirects", NodeProxy.answer(302, "")),
                Named.of("empty", NodeProxy.answer(200, "")), Named.of("a web page", NodeProxy.answer(200, "<html>")));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void settleWhenFirstNodeFailsThenTheSecondTakesOver(Behaviour failure) throws Exception {
        this.rpcTimeout = RPC_TIMEOUT;
        LocalEvmFacilitator facilitator = facilitator(this.first.url(), this.second.url());
        this.first.behave(failure);
        assertThat(buyPatiently(facilitator).success()).isTrue();
        assertThat(this.second.requests()).anyMatch((request) -> request.contains("eth_sendRawTransaction"));
    }

    static Stream<Named<Behaviour>> nonsense() {
        return Stream.of(Named.of("no JSON", NodeProxy.answer(200, "<html>")),
                Named.of("cut off", NodeProxy.answer(200, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"resu")),
                Named.of("empty batch", NodeProxy.answer(200, "[]")), Named.of("null", NodeProxy.answer(200, "null")),
                Named.of("other ids", NodeProxy.answer(200, "[{\"jsonrpc\":\"2.0\",\"id\":-5,\"result\":\"0x1\"}]")),
                Named.of("endless", NodeProxy.answer(200, "[" + " ".repeat(9 * 1024 * 1024) + "]")),
                Named.of("500", NodeProxy.answer(500, "")));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void settleWhenTheOnlyNodeTalksNonsenseThenNothingIsGranted(Behaviour nonsense) throws Exception {
        LocalEvmFacilitator facilitator = facilitator(this.first.url());
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        this.first.behave(nonsense);
        assertThatExceptionOfType(FacilitatorException.class)
            .isThrownBy(() -> facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE));
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE));
        this.first.behave(NodeProxy::forward);
        assertThat(facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).success()).isTrue();
    }

    static Stream<Named<Behaviour>> limits() {
        String limit = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32005,\"message\":\"limit exceeded\"}}";
        return Stream.of(Named.of("429", NodeProxy.answer(429, "slow down")),
                Named.of("error", NodeProxy.answer(200, limit)),
                Named.of("error in a batch", batches(NodeProxy.answer(200, "[" + limit + "]"))));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void callWhenTheOnlyNodeHasALimitThenAsksForAPauseAndNothingIsSent(Behaviour limit) throws Exception {
        LocalEvmFacilitator facilitator = facilitator(this.first.url());
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        this.first.behave(limit);
        assertThatExceptionOfType(FacilitatorException.class)
            .isThrownBy(() -> facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE))
            .satisfies((ex) -> assertThat(ex.pause()).isEqualTo(Duration.ofSeconds(1)));
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE))
            .satisfies((ex) -> assertThat(ex.pause()).isEqualTo(Duration.ofSeconds(1)));
        this.first.behave(NodeProxy::forward);
        assertThat(facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).success()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("limits")
    void verifyWhenTheFirstNodeHasALimitThenTheSecondTakesOver(Behaviour limit) throws Exception {
        LocalEvmFacilitator facilitator = facilitator(this.first.url(), this.second.url());
        this.first.behave(limit);
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        assertThat(facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE).valid()).isTrue();
    }

    @Test
    void probeWhenAnyNodeNamesItsChainThenSucceedsAndWhenNoneDoesThenThrows() throws Exception {
        LocalEvmFacilitator facilitator = facilitator(this.first.url(), this.second.url());
        facilitator.probe(fixture.terms().network());
        this.first.behave(NodeProxy.answer(500, ""));
        facilitator.probe(fixture.terms().network());
        this.second.behave(NodeProxy.answer(500, ""));
        assertThatExceptionOfType(FacilitatorException.class)
            .isThrownBy(() -> facilitator.probe(fixture.terms().network()))
            .satisfies((ex) -> assertThat(ex.failure()).isEqualTo(FacilitatorException.Failure.ERROR));
    }

    static Stream<Named<Behaviour>> nodesWithoutBatches() {
        return Stream.of(
                Named.of("error object",
                        batches(NodeProxy.answer(200,
                                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"no\"}}"))),
                Named.of("400", batches(NodeProxy.answer(400, "no"))));
    }

    @ParameterizedTest
    @MethodSource("nodesWithoutBatches")
    void settleWhenNodeTakesNoBatchesThenAsksOneByOne(Behaviour behaviour) throws Exception {
        this.first.behave(behaviour);
        assertThat(buy(facilitator(this.first.url())).success()).isTrue();
    }

    @Test
    void settleWhenBatchIsAnsweredInAnotherOrderThenNothingIsMixedUp() throws Exception {
        this.first.behave(batches((proxy, request) -> {
            JsonNode answers = JsonMapper.shared().readTree(proxy.ask(request));
            List<String> texts = new ArrayList<>();
            answers.forEach((answer) -> texts.add(answer.toString()));
            Collections.reverse(texts);
            return new Answer(200, texts.toString());
        }));
        assertThat(buy(facilitator(this.first.url())).success()).isTrue();
    }

    @Test
    void settleWhenAnswerToSendingIsLostThenPaysOnce() throws Exception {
        LocalEvmFacilitator facilitator = facilitator(this.first.url());
        BigInteger before = fixture.chain().balanceOf(ChainFixture.SHOP);
        this.first.behave(NodeProxy.when("eth_sendRawTransaction", (proxy, request) -> {
            proxy.ask(request);
            return new Answer(500, "");
        }));
        assertThat(buy(facilitator).success()).isTrue();
        assertThat(fixture.chain().balanceOf(ChainFixture.SHOP)).isEqualTo(before.add(ChainFixture.PRICE));
    }

    @Test
    void settleWhenNodeRefusesTheTransactionThenNothingWasSent() {
        LocalEvmFacilitator facilitator = facilitator(this.first.url());
        this.first.behave(NodeProxy.when("eth_sendRawTransaction", (proxy, request) -> {
            String id = JsonMapper.shared().readTree(request).path("id").toString();
            return new Answer(200, "{\"jsonrpc\":\"2.0\",\"id\":" + id
                    + ",\"error\":{\"code\":-32000,\"message\":\"transaction underpriced\"}}");
        }));
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(() -> buy(facilitator))
            .withMessageContaining("refused")
            .satisfies((ex) -> assertThat(ex.remark().message()).isEqualTo("transaction underpriced"));
    }

    static Stream<Named<String>> doubtfulErrors() {
        return Stream.of(Named.of("internal error", "{\"code\":-32603,\"message\":\"Internal error\"}"),
                Named.of("deadline", "{\"code\":-32000,\"message\":\"context deadline exceeded\"}"),
                Named.of("internal error with a reason", "{\"code\":-32603,\"message\":\"insufficient funds\"}"),
                Named.of("a reason after another error",
                        "{\"code\":-32000,\"message\":\"timeout: transaction underpriced\"}"),
                Named.of("nonce too low", "{\"code\":-32000,\"message\":\"nonce too low\"}"),
                Named.of("replacement", "{\"code\":-32000,\"message\":\"replacement transaction underpriced\"}"),
                Named.of("unlisted", "{\"code\":-32005,\"message\":\"txpool is full\"}"),
                Named.of("no text", "{\"code\":-32000}"), Named.of("text for a code", "{\"code\":3,\"message\":null}"));
    }

    @ParameterizedTest
    @MethodSource("doubtfulErrors")
    void settleWhenNodeTakesTheTransactionAndRepliesWithAnErrorThenPaysOnce(String error) throws Exception {
        LocalEvmFacilitator facilitator = facilitator(this.first.url());
        BigInteger before = fixture.chain().balanceOf(ChainFixture.SHOP);
        this.first.behave(NodeProxy.when("eth_sendRawTransaction", (proxy, request) -> {
            proxy.ask(request);
            return error(request, error);
        }));
        assertThat(buyPatiently(facilitator).success()).isTrue();
        assertThat(fixture.chain().balanceOf(ChainFixture.SHOP)).isEqualTo(before.add(ChainFixture.PRICE));
    }

    @ParameterizedTest
    @MethodSource("doubtfulErrors")
    void settleWhenNodeRepliesWithAnErrorThatProvesNothingThenPendingWithTheHash(String error) throws Exception {
        LocalEvmFacilitator facilitator = facilitator(Duration.ofMillis(500), fixture.networkSettings().pollInterval(),
                this.first.url());
        this.first.behave(NodeProxy.when("eth_sendRawTransaction", (proxy, request) -> error(request, error)));
        SettleResponse reply = buy(facilitator);
        assertThat(reply.pending()).isTrue();
        assertThat(reply.transaction()).matches("0x[0-9a-f]{64}");
    }

    private static Answer error(String request, String error) {
        String id = JsonMapper.shared().readTree(request).path("id").toString();
        return new Answer(200, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":" + error + "}");
    }

    @Test
    void settleWhenNodeKeepsATransactionToItselfThenItIsReplaced() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        this.first.behave(NodeProxy.when("eth_sendRawTransaction", (proxy, request) -> {
            JsonNode call = JsonMapper.shared().readTree(request);
            String signed = call.path("params").path(0).asString();
            if (!sent.contains(signed)) {
                sent.add(signed);
            }
            boolean kept = KEPT.contains(sent.indexOf(signed));
            return kept ? new Answer(200,
                    "{\"jsonrpc\":\"2.0\",\"id\":" + call.path("id") + ",\"result\":\"" + Hash.sha3(signed) + "\"}")
                    : NodeProxy.forward(proxy, request);
        }));
        LocalEvmFacilitator facilitator = facilitator(this.first.url());
        BigInteger before = fixture.chain().balanceOf(ChainFixture.SHOP);
        FutureTask<SettleResponse> purchase = purchase(facilitator);
        fixture.await(() -> !sent.isEmpty());
        FutureTask<SettleResponse> behind = purchase(facilitator);
        fixture.await(() -> sent.size() > 1);
        String sentBehind = Hash.sha3(sent.get(1));
        fixture.keepMiningUntil(() -> sent.size() > 2);
        fixture.keepMiningUntil(() -> purchase.isDone() && behind.isDone());
        assertThat(purchase.get().success()).isTrue();
        assertThat(purchase.get().transaction()).isEqualTo(Hash.sha3(sent.get(3)));
        assertThat(behind.get().transaction()).isEqualTo(sentBehind);
        BigInteger paid = ChainFixture.PRICE.multiply(BigInteger.TWO);
        assertThat(fixture.chain().balanceOf(ChainFixture.SHOP)).isEqualTo(before.add(paid));
    }

    @Test
    void settleWhenNoNodeIsReachedWhenSendingThenNothingWasSent() {
        try (ScriptedServer node = ScriptedServer.start()) {
            Script untilItInspects = (exchange) -> {
                while (true) {
                    exchange.readRequest();
                    String request = exchange.requests().get(exchange.requests().size() - 1);
                    String answer = this.first.ask(request.substring(request.indexOf("\r\n\r\n") + 4));
                    boolean last = request.contains("eth_estimateGas");
                    if (last) {
                        node.refuse();
                    }
                    exchange.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + answer.length()
                            + "\r\n\r\n" + answer);
                    exchange.close();
                }
            };
            node.play(Collections.nCopies(20, untilItInspects).toArray(Script[]::new));
            LocalEvmFacilitator facilitator = facilitator(Duration.ofSeconds(10), Duration.ofMinutes(10), node.url());
            fixture.await(() -> facilitator.relayers().get(0).balance().signum() > 0);
            assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(() -> buy(facilitator))
                .withMessage("Nothing was sent: no node was reached");
            assertThat(node.requests()).noneMatch((request) -> request.contains("eth_sendRawTransaction"));
        }
    }

    @Test
    void startWhenNodeServesAnotherChainThenFails() {
        try (LocalNode other = LocalNode.start("eip155:31337")) {
            assertThatExceptionOfType(InvalidX402ConfigurationException.class)
                .isThrownBy(() -> facilitator(other.rpcUrl()))
                .withMessageContaining("31337");
        }
    }

    @Test
    void settleWhenNodeTurnsOutToServeAnotherChainThenIsNeverUsed() throws Exception {
        try (LocalNode other = LocalNode.start("eip155:31337"); NodeProxy late = new NodeProxy(other.rpcUrl())) {
            late.behave(NodeProxy.answer(500, ""));
            LocalEvmFacilitator facilitator = facilitator(late.url(), this.second.url());
            late.behave(NodeProxy::forward);
            assertThat(buyPatiently(facilitator).success()).isTrue();
            assertThat(late.requests()).allMatch((request) -> request.contains("eth_chainId"));
        }
    }

    @Test
    void settleWhenNodeWasDownAtStartThenWorksOnceItIsUp() throws Exception {
        this.first.behave(NodeProxy.answer(500, ""));
        LocalEvmFacilitator facilitator = facilitator(this.first.url());
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(() -> buy(facilitator));
        this.first.behave(NodeProxy::forward);
        assertThat(buy(facilitator).success()).isTrue();
    }

    private static FutureTask<SettleResponse> purchase(LocalEvmFacilitator facilitator) {
        FutureTask<SettleResponse> purchase = new FutureTask<>(() -> buyPatiently(facilitator));
        Thread.ofVirtual().start(purchase);
        return purchase;
    }

    private static SettleResponse buy(LocalEvmFacilitator facilitator) throws FacilitatorException {
        return facilitator.settle(fixture.pay(fixture.wallet()).payload(), fixture.terms(), ChainFixture.RESOURCE);
    }

    /** Asks again while the outcome is pending, as the gate and buyers do. */
    private static SettleResponse buyPatiently(LocalEvmFacilitator facilitator) throws FacilitatorException {
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        SettleResponse answer = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        for (int i = 0; i < 10 && answer.pending(); i++) {
            answer = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        }
        return answer;
    }

    private LocalEvmFacilitator facilitator(URI... nodes) {
        return facilitator(Duration.ofSeconds(10), fixture.networkSettings().pollInterval(), nodes);
    }

    private LocalEvmFacilitator facilitator(Duration settleTimeout, Duration pollInterval, URI... nodes) {
        EvmNetworkSettings present = fixture.networkSettings();
        EvmNetworkSettings network = new EvmNetworkSettings(present.network(), Arrays.asList(nodes),
                present.confirmations(), present.maxFeePerGas(), null, present.maxGas(), pollInterval, 2000, 5);
        LocalEvmSettings settings = new LocalEvmSettings(List.of(network), List.of(fixture.relayer(2)), this.rpcTimeout,
                settleTimeout, 16, Set.of(), 100, 1_000_000, 5_000_000);
        LocalEvmFacilitator facilitator = new LocalEvmFacilitator(settings, SignatureRecovery.web3j(), (event) -> {
        }, fixture.clock(), RpcObserver.none());
        this.opened.add(facilitator);
        facilitator.start();
        return facilitator;
    }

    private static Behaviour batches(Behaviour behaviour) {
        return (proxy, request) -> (request.startsWith("[") ? behaviour : (Behaviour) NodeProxy::forward).act(proxy,
                request);
    }

    private static Answer hang(NodeProxy proxy, String request) throws InterruptedException {
        new CountDownLatch(1).await(RPC_TIMEOUT.multipliedBy(3).toMillis(), TimeUnit.MILLISECONDS);
        return new Answer(500, "");
    }

}

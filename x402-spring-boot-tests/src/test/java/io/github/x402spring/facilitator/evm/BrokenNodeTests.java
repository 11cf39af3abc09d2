package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.response.EthChainId;
import org.web3j.protocol.core.methods.response.EthSendTransaction;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.transport.BreakPoint;
import io.github.x402spring.transport.NoReplyException;
import io.github.x402spring.transport.NotSentException;
import io.github.x402spring.transport.ScriptedServer;
import io.github.x402spring.transport.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for an {@link RpcService} whose connections break.
 */
@Timeout(60)
class BrokenNodeTests {

    private static final String CHAIN = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7a69\"}";

    private static final String HASH = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0xaa\"}";

    private static final Script NAMES_ITS_CHAIN = (exchange) -> exchange.readRequest()
        .write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + CHAIN.length() + "\r\n\r\n" + CHAIN);

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScriptedServer first = ScriptedServer.start();

    private final ScriptedServer second = ScriptedServer.start();

    private RpcService rpc;

    @AfterEach
    void close() {
        this.first.close();
        this.second.close();
        this.rpc.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = { "REFUSED", "WHOLE.*", "TEN_.*", "SILENT.*", "TRICKLES.*" })
    void readWhenTheConnectionBreaksThenIsSentOnceMore(BreakPoint point) throws Exception {
        open(LONG, this.first.url());
        point.arrange(this.first, HASH);
        this.first.play(NAMES_ITS_CHAIN);
        assertThat(chainId()).isEqualTo(31337);
        assertThat(this.first.accepted()).isEqualTo(3);
    }

    @Test
    void readWhenTheConnectionBreaksTwiceThenTheNextNodeIsCalled() throws Exception {
        open(LONG, this.first.url(), this.second.url());
        BreakPoint.CLOSED_AFTER_THE_BODY.arrange(this.first, HASH);
        BreakPoint.CLOSED_AFTER_THE_BODY.arrange(this.first, HASH);
        this.second.play(NAMES_ITS_CHAIN);
        assertThat(chainId()).isEqualTo(31337);
        assertThat(this.first.requests()).hasSize(3);
        assertThat(this.second.requests()).hasSize(2);
    }

    @Test
    void readWhenTheNodeIsSilentThenTheNextNodeIsCalledAtOnce() throws Exception {
        open(Duration.ofMillis(500), this.first.url(), this.second.url());
        BreakPoint.SILENT.arrange(this.first, HASH);
        this.second.play(NAMES_ITS_CHAIN);
        assertThat(chainId()).isEqualTo(31337);
        assertThat(this.first.requests()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = { "REFUSED", "WHOLE.*", "SILENT.*", "TRICKLES.*" })
    void sendTransactionWhenTheConnectionBreaksThenItLeftOnceAndMayBeAnywhere(BreakPoint point) throws Exception {
        open(LONG, this.first.url(), this.second.url());
        point.arrange(this.first, HASH);
        this.second.play(NAMES_ITS_CHAIN);
        assertThatIOException().isThrownBy(this::send).isNotInstanceOf(NotSentException.class);
        assertThat(this.first.accepted()).isEqualTo(2);
        assertThat(this.second.requests()).hasSize(1);
    }

    @Test
    void sendTransactionWhenTheNodeIsSilentThenItLeftOnce() throws Exception {
        open(Duration.ofSeconds(1), this.first.url(), this.second.url());
        BreakPoint.SILENT.arrange(this.first, HASH);
        assertThatExceptionOfType(NoReplyException.class).isThrownBy(this::send).withMessage("timed out");
        assertThat(this.second.requests()).hasSize(1);
    }

    @Test
    void sendTransactionWhenTheConnectionBrokeThenTheNextOneGoesToAnotherNode() throws Exception {
        open(LONG, this.first.url(), this.second.url());
        BreakPoint.CLOSED_AFTER_THE_BODY.arrange(this.first, HASH);
        BreakPoint.WHOLE.arrange(this.second, HASH);
        assertThatExceptionOfType(NoReplyException.class).isThrownBy(this::send);
        assertThat(send()).isEqualTo("0xaa");
        assertThat(this.second.requests().get(1)).contains("eth_sendRawTransaction");
    }

    @Test
    void sendTransactionWhenTheNodeRepliesWithAnErrorStatusThenItLeftOnce() throws Exception {
        open(LONG, this.first.url(), this.second.url());
        this.first.play((exchange) -> exchange.readRequest().write("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n"));
        assertThatIOException().isThrownBy(this::send)
            .isNotInstanceOf(NotSentException.class)
            .withMessageContaining("405");
        assertThat(this.second.requests()).hasSize(1);
    }

    @Test
    void sendTransactionWhenTheFirstNodeIsDownThenTheSecondHasIt() throws Exception {
        open(LONG, this.first.url(), this.second.url());
        this.first.refuse();
        BreakPoint.WHOLE.arrange(this.second, HASH);
        assertThat(send()).isEqualTo("0xaa");
    }

    @Test
    void sendTransactionWhenNoNodeIsUpThenNotSent() throws Exception {
        open(LONG, this.first.url(), this.second.url());
        this.first.refuse();
        this.second.refuse();
        assertThatExceptionOfType(NotSentException.class).isThrownBy(this::send);
    }

    @Test
    void sendTransactionWhenTheOnlyNodeServesAnotherChainThenNotSent() throws Exception {
        this.first.play((exchange) -> exchange.readRequest().reply(CHAIN.replace("0x7a69", "0x1")));
        this.rpc = service(LONG, this.first.url());
        assertThatExceptionOfType(NotSentException.class).isThrownBy(this::send);
        assertThat(this.first.requests()).noneMatch((request) -> request.contains("eth_sendRawTransaction"));
    }

    @Test
    void sendTransactionWhenTheNodeClosedWhileIdleThenItLeavesOnceOnAFreshConnection() throws Exception {
        CountDownLatch named = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        this.first.play((exchange) -> {
            exchange.readRequest().reply(CHAIN);
            named.await();
            exchange.close();
            closed.countDown();
        });
        this.rpc = service(LONG, this.first.url());
        this.rpc.checkChains();
        named.countDown();
        closed.await();
        BreakPoint.WHOLE.arrange(this.first, HASH);
        assertThat(send()).isEqualTo("0xaa");
        assertThat(this.first.requests()).hasSize(2);
    }

    /** Opens a service whose nodes have named their chain. */
    private void open(Duration timeout, URI... nodes) {
        this.first.play(NAMES_ITS_CHAIN);
        if (nodes.length > 1) {
            this.second.play(NAMES_ITS_CHAIN);
        }
        this.rpc = service(timeout, nodes);
        this.rpc.checkChains();
    }

    private static RpcService service(Duration timeout, URI... nodes) {
        EvmNetworkSettings settings = new EvmNetworkSettings(Network.parse("eip155:31337"), List.of(nodes), 1,
                BigInteger.ONE, null, BigInteger.ONE, Duration.ofMillis(10), 1, 0);
        return new RpcService(settings, timeout, RpcObserver.none());
    }

    private long chainId() throws IOException {
        return new Request<>("eth_chainId", List.of(), this.rpc, EthChainId.class).send().getChainId().longValue();
    }

    private String send() throws IOException {
        return new Request<>("eth_sendRawTransaction", List.of("0x02"), this.rpc, EthSendTransaction.class).send()
            .getTransactionHash();
    }

}

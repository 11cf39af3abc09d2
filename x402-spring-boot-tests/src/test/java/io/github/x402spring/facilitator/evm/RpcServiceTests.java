package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.response.EthBlockNumber;
import org.web3j.protocol.core.methods.response.EthChainId;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Tag("locale")
class RpcServiceTests {

    private static final Network NETWORK = Network.parse("eip155:31337");

    private static final String CHAIN = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":\"0x7a69\"}";

    private final List<String> observed = new ArrayList<>();

    private HttpServer node;

    private RpcService rpc;

    private boolean batches = true;

    @BeforeEach
    void open() throws IOException {
        this.node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.node.createContext("/", (exchange) -> {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            long id = Long.parseLong(request.replaceFirst("(?s).*\"id\":(\\d+).*", "$1"));
            String answer = CHAIN.formatted(id);
            if (request.startsWith("[")) {
                answer = this.batches ? "[" + answer + "]" : "{\"error\":{\"code\":-32600,\"message\":\"no\"}}";
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        this.node.start();
        URI url = URI.create("http://localhost:" + this.node.getAddress().getPort());
        EvmNetworkSettings settings = new EvmNetworkSettings(NETWORK, List.of(url), 1, BigInteger.ONE, null,
                BigInteger.ONE, Duration.ofMillis(10), 1, 0);
        this.rpc = new RpcService(settings, Duration.ofSeconds(5), new RpcObserver() {

            @Override
            public <T> T observe(Network network, String method, Call<T> call) throws IOException {
                RpcServiceTests.this.observed.add(network + " " + method);
                return call.make();
            }

        });
    }

    @AfterEach
    void close() {
        this.node.stop(0);
        this.rpc.close();
    }

    @Test
    void sendWhenOneMethodIsCalledThenIsObservedByItsName() throws Exception {
        assertThat(chainId().send().getChainId()).isEqualTo(31337);
        assertThat(this.observed).containsExactly("eip155:31337 eth_chainId");
    }

    @Test
    void sendBatchWhenTheNodeTakesBatchesThenIsObservedOnce() throws Exception {
        assertThat(batch()).isOne();
        assertThat(this.observed).containsExactly("eip155:31337 batch");
    }

    @Test
    void sendBatchWhenTheNodeTakesNoneThenIsStillObservedOnce() throws Exception {
        this.batches = false;
        assertThat(batch()).isOne();
        assertThat(batch()).isOne();
        assertThat(this.observed).containsExactly("eip155:31337 batch", "eip155:31337 batch");
    }

    @Test
    void sendWhenTheNodeIsGoneThenTheObserverHearsIt() {
        this.node.stop(0);
        assertThatIOException().isThrownBy(() -> chainId().send());
        assertThat(this.observed).containsExactly("eip155:31337 eth_chainId");
    }

    private Request<?, EthChainId> chainId() {
        return new Request<>("eth_chainId", List.of(), this.rpc, EthChainId.class);
    }

    private int batch() throws IOException {
        BatchRequest batch = new BatchRequest(this.rpc);
        batch.add(new Request<>("eth_blockNumber", List.of(), this.rpc, EthBlockNumber.class));
        return this.rpc.sendBatch(batch).getResponses().size();
    }

}

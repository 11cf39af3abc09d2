package io.github.x402spring.facilitator.evm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.Service;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.BatchResponse;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.transport.ConnectionSource;
import io.github.x402spring.transport.HttpTransport;
import io.github.x402spring.transport.NoReplyException;
import io.github.x402spring.transport.NotSentException;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.PoolState;
import io.github.x402spring.transport.Reply;

/**
 * JSON-RPC client of the nodes of one network: the first that replies is called until it
 * fails, then the next. A node is used only once it has named the right chain. Replies
 * are bounded in time and size. Addresses of nodes often carry credentials, so only their
 * hosts are logged. Thread-safe.
 * <p>
 * A read whose connection fails is sent once more within the same time. A transaction
 * goes to another node only while certainly no byte of it left: {@link NotSentException}
 * means that no node can have it.
 */
final class RpcService extends Service implements ConnectionSource {

    private static final Logger logger = LoggerFactory.getLogger(RpcService.class);

    private static final int MAX_LENGTH = 8 * 1024 * 1024;

    private static final int MAX_CONNECTIONS = 1024;

    /** Longest wait for a connection; enough for a node on another continent. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final String SEND = "eth_sendRawTransaction";

    /** Statuses of nodes without batches. */
    private static final Set<Integer> REFUSED_STATUS = Set.of(400, 405, 413, 415, 422, 501);

    private static final Set<Integer> REFUSED_CODE = Set.of(-32600, -32601, -32700);

    private final Network network;

    private final List<Node> nodes;

    private final HttpTransport transport;

    private final Duration timeout;

    private final RpcObserver observer;

    private volatile int current;

    private volatile boolean batching = true;

    RpcService(EvmNetworkSettings settings, Duration timeout, RpcObserver observer) {
        super(false);
        this.network = settings.network();
        this.observer = observer;
        this.nodes = settings.rpcUrls().stream().map(Node::new).toList();
        this.timeout = timeout;
        this.transport = new HttpTransport(Peer.NODE, MAX_CONNECTIONS, CONNECT_TIMEOUT);
    }

    /**
     * Checks the chain of every node.
     * @throws InvalidX402ConfigurationException if one serves another chain
     */
    void checkChains() {
        for (Node node : this.nodes) {
            try {
                checkChain(node);
            }
            catch (IOException ex) {
                logger.warn("Node {} does not reply yet: {}", node.url.getHost(), ex.getMessage());
            }
        }
    }

    /**
     * Reads the chain from one node after the other until one replies.
     */
    void probe() throws IOException {
        IOException failure = null;
        for (Node node : this.nodes) {
            try {
                checkChain(node);
                return;
            }
            catch (IOException ex) {
                failure = ex;
            }
        }
        throw (failure != null) ? failure : new NotSentException("There is no node");
    }

    int nodes() {
        return this.nodes.size();
    }

    /**
     * Makes the next node the first one to call from now on.
     */
    void turn() {
        this.current = (this.current + 1) % this.nodes.size();
    }

    @Override
    protected InputStream performIO(String payload) throws IOException {
        return new ByteArrayInputStream(call(payload, true));
    }

    /**
     * Calls one node after the other until one replies.
     * @param repeatable whether another node may be called although the request may have
     * reached one
     * @throws NotSentException if no byte of the request left for any node
     * @throws NodeBusyException if no node replied, and one receives too many requests
     */
    private byte[] call(String payload, boolean repeatable) throws IOException {
        IOException failure = null;
        NodeBusyException busy = null;
        int first = this.current;
        for (int i = 0; i < this.nodes.size(); i++) {
            int index = (first + i) % this.nodes.size();
            Node node = this.nodes.get(index);
            try {
                byte[] reply = call(node, payload, repeatable);
                if (index != first) {
                    logger.warn("Node {} takes over", node.url.getHost());
                    this.current = index;
                }
                return reply;
            }
            catch (NotSentException ex) {
                failure = ex;
            }
            catch (IOException ex) {
                if (!repeatable) {
                    // If the caller decides to try again, another node is called.
                    this.current = (index + 1) % this.nodes.size();
                    throw ex;
                }
                failure = ex;
                busy = (ex instanceof NodeBusyException refused) ? refused : busy;
            }
        }
        if (busy != null) {
            throw busy;
        }
        throw (failure != null) ? failure : new NotSentException("There is no node");
    }

    /**
     * Calls one node.
     * @throws NotSentException if no byte of the request left for it
     */
    private byte[] call(Node node, String payload, boolean repeatable) throws IOException {
        try {
            if (!node.checked) {
                checkChain(node);
            }
        }
        catch (IOException | InvalidX402ConfigurationException ex) {
            throw new NotSentException(String.valueOf(ex.getMessage()));
        }
        byte[] reply = post(node, payload, repeatable);
        if (!looksLikeJson(reply)) {
            throw new IOException("The node's reply is not JSON-RPC");
        }
        NodeBusyException refused = repeatable ? NodeBusyException.of(reply, this.objectMapper) : null;
        if (refused != null) {
            throw refused;
        }
        return reply;
    }

    /**
     * Sends the same requests to every node.
     * @return the responses by the node's place; without those of nodes that do not reply
     */
    Map<Integer, List<Response<?>>> askEach(List<Request<?, ? extends Response<?>>> requests) {
        Map<Integer, List<Response<?>>> responses = new TreeMap<>();
        for (int i = 0; i < this.nodes.size(); i++) {
            Node node = this.nodes.get(i);
            try {
                responses.put(i, this.observer.observe(this.network, RpcObserver.BATCH,
                        () -> execute(requests, (payload) -> call(node, payload, true))));
            }
            catch (IOException ex) {
                logger.debug("Node {} does not reply: {}", node.url.getHost(), ex.getMessage());
            }
        }
        return responses;
    }

    /**
     * Replies to a batch may come in any order, and nodes without batches reply with one
     * error.
     */
    @Override
    public BatchResponse sendBatch(BatchRequest batch) throws IOException {
        List<Request<?, ? extends Response<?>>> requests = batch.getRequests();
        return new BatchResponse(requests, this.observer.observe(this.network, RpcObserver.BATCH,
                () -> execute(requests, (payload) -> call(payload, true))));
    }

    private List<Response<?>> execute(List<Request<?, ? extends Response<?>>> requests, Caller caller)
            throws IOException {
        if (this.batching) {
            try {
                JsonNode reply = this.objectMapper
                    .readTree(caller.call(this.objectMapper.writeValueAsString(requests)));
                if (reply.isArray()) {
                    return inOrder(requests, reply);
                }
                if (!REFUSED_CODE.contains(reply.path("error").path("code").asInt(0))) {
                    throw new IOException("The node does not reply to a batch");
                }
                this.batching = false;
            }
            catch (RefusedException ex) {
                this.batching = false;
            }
            catch (JacksonException ex) {
                throw unreadable(ex);
            }
        }
        List<Response<?>> responses = new ArrayList<>(requests.size());
        for (Request<?, ? extends Response<?>> request : requests) {
            responses.add(execute(request, request.getResponseType(), caller));
        }
        return responses;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public <T extends Response> T send(Request request, Class<T> responseType) throws IOException {
        return this.observer.observe(this.network, request.getMethod(),
                () -> execute(request, responseType, (payload) -> call(payload, !SEND.equals(request.getMethod()))));
    }

    @SuppressWarnings("rawtypes")
    private <T extends Response> T execute(Request request, Class<T> responseType, Caller caller) throws IOException {
        try {
            T response = this.objectMapper.readValue(caller.call(this.objectMapper.writeValueAsString(request)),
                    responseType);
            if (response == null) {
                throw new IOException("The node's reply is empty");
            }
            return response;
        }
        catch (JacksonException ex) {
            throw unreadable(ex);
        }
    }

    @Override
    public Peer peer() {
        return this.transport.peer();
    }

    @Override
    public PoolState connections() {
        return this.transport.connections();
    }

    @Override
    public void close() {
        this.transport.close();
    }

    private List<Response<?>> inOrder(List<Request<?, ? extends Response<?>>> requests, JsonNode reply)
            throws IOException {
        Map<Long, JsonNode> byId = new HashMap<>();
        reply.forEach((node) -> byId.put(node.path("id").asLong(-1), node));
        List<Response<?>> responses = new ArrayList<>(requests.size());
        for (Request<?, ? extends Response<?>> request : requests) {
            JsonNode node = byId.get(request.getId());
            if (node == null) {
                throw new IOException("The node did not reply to a part of a batch");
            }
            responses.add(this.objectMapper.treeToValue(node, request.getResponseType()));
        }
        return responses;
    }

    private void checkChain(Node node) throws IOException {
        byte[] reply = post(node, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}", true);
        try {
            String result = this.objectMapper.readTree(reply).path("result").asString("");
            BigInteger actual = new BigInteger(result.replaceFirst("^0x", ""), 16);
            if (!actual.equals(this.network.chainId())) {
                throw new InvalidX402ConfigurationException(
                        "The chain is not the configured one. The node at " + node.url.getHost() + " serves chain "
                                + actual + " and not chain " + this.network.chainId(),
                        "Set x402.evm.rpc-urls, or x402.evm.networks.*.rpc-urls, to nodes of the network, or "
                                + "x402.network to the network of the nodes.");
            }
            node.checked = true;
        }
        catch (JacksonException | NumberFormatException ex) {
            throw new IOException("The node does not return its chain", ex);
        }
    }

    /**
     * Posts a request to a node. A repeatable one is sent a second time if the connection
     * failed and time is left.
     */
    private byte[] post(Node node, String payload, boolean repeatable) throws IOException {
        byte[] json = payload.getBytes(StandardCharsets.UTF_8);
        long end = System.nanoTime() + this.timeout.toNanos();
        try {
            return read(this.transport.post(node.url, json, this.timeout, MAX_LENGTH));
        }
        catch (NotSentException | NoReplyException ex) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (!repeatable || !left.isPositive() || Thread.currentThread().isInterrupted()) {
                throw ex;
            }
            return read(this.transport.post(node.url, json, left, MAX_LENGTH));
        }
    }

    private static byte[] read(Reply reply) throws IOException {
        NodeBusyException busy = NodeBusyException.of(reply);
        if (busy != null) {
            throw busy;
        }
        if (REFUSED_STATUS.contains(reply.status())) {
            throw new RefusedException(reply.status());
        }
        if (!reply.successful()) {
            throw new IOException("The node replied with status " + reply.status());
        }
        if (reply.body().length > MAX_LENGTH) {
            throw new IOException("The node's reply is too long");
        }
        return reply.body();
    }

    private static boolean looksLikeJson(byte[] reply) {
        return reply.length > 0 && (reply[0] == '{' || reply[0] == '[');
    }

    private static IOException unreadable(JacksonException ex) {
        return new IOException("The node's reply is not JSON-RPC: " + ex.getClass().getSimpleName());
    }

    @FunctionalInterface
    private interface Caller {

        byte[] call(String payload) throws IOException;

    }

    private static final class Node {

        private final URI url;

        private volatile boolean checked;

        private Node(URI url) {
            this.url = url;
        }

    }

    /** Refusal of this kind of request; the node may serve others. */
    private static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        private RefusedException(int status) {
            super("The node refused with status " + status);
        }

    }

}

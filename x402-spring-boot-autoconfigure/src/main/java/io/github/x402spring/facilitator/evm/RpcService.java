package io.github.x402spring.facilitator.evm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.Service;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.BatchResponse;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.protocol.Network;

/**
 * Speaks JSON-RPC with the nodes of one network: the first that answers is kept until it
 * fails, then the next is asked. A node is used only once it has named the right chain.
 * Answers are bounded in time and size. Addresses of nodes often carry credentials, so
 * only their hosts are logged. Thread-safe.
 */
final class RpcService extends Service {

    private static final Logger logger = LoggerFactory.getLogger(RpcService.class);

    private static final MediaType JSON = MediaType.get("application/json");

    private static final long MAX_ANSWER = 8 * 1024 * 1024;

    /** Answers of nodes that take no batches. */
    private static final Set<Integer> REFUSED_STATUS = Set.of(400, 405, 413, 415, 422, 501);

    private static final Set<Integer> REFUSED_CODE = Set.of(-32600, -32601, -32700);

    private final Network network;

    private final List<Node> nodes;

    private final OkHttpClient client;

    private final RpcObserver observer;

    private volatile int current;

    private volatile boolean batching = true;

    RpcService(EvmNetworkSettings settings, Duration timeout, RpcObserver observer) {
        super(false);
        this.network = settings.network();
        this.observer = observer;
        this.nodes = settings.rpcUrls().stream().map(Node::new).toList();
        this.client = new OkHttpClient.Builder().callTimeout(timeout)
            .followRedirects(false)
            .retryOnConnectionFailure(false)
            .build();
    }

    /**
     * Asks every node for its chain.
     * @throws WrongChainException if one serves another chain
     */
    void checkChains() {
        for (Node node : this.nodes) {
            try {
                checkChain(node);
            }
            catch (IOException ex) {
                logger.warn("Node {} does not answer yet: {}", node.url.getHost(), ex.getMessage());
            }
        }
    }

    boolean hasOneNode() {
        return this.nodes.size() == 1;
    }

    int nodes() {
        return this.nodes.size();
    }

    /**
     * Has the next node asked first from now on.
     */
    void turn() {
        this.current = (this.current + 1) % this.nodes.size();
    }

    @Override
    protected InputStream performIO(String payload) throws IOException {
        IOException failure = null;
        int first = this.current;
        for (int i = 0; i < this.nodes.size(); i++) {
            int index = (first + i) % this.nodes.size();
            Node node = this.nodes.get(index);
            try {
                if (!node.checked) {
                    checkChain(node);
                }
                byte[] answer = post(node, payload);
                if (!looksLikeJson(answer)) {
                    throw new IOException("The node's answer is not JSON-RPC");
                }
                if (index != first) {
                    logger.warn("Node {} takes over", node.url.getHost());
                    this.current = index;
                }
                return new ByteArrayInputStream(answer);
            }
            catch (WrongChainException ex) {
                failure = new IOException(ex.getMessage(), ex);
            }
            catch (IOException ex) {
                failure = ex;
            }
        }
        throw (failure != null) ? failure : new IOException("There is no node");
    }

    /**
     * Answers to a batch may come in any order, and nodes without batches answer with one
     * error.
     */
    @Override
    public BatchResponse sendBatch(BatchRequest batch) throws IOException {
        return this.observer.observe(this.network, RpcObserver.BATCH, () -> answer(batch));
    }

    private BatchResponse answer(BatchRequest batch) throws IOException {
        List<Request<?, ? extends Response<?>>> requests = batch.getRequests();
        if (this.batching) {
            try {
                JsonNode answer = this.objectMapper
                    .readTree(performIO(this.objectMapper.writeValueAsString(requests)).readAllBytes());
                if (answer.isArray()) {
                    return new BatchResponse(requests, inOrder(requests, answer));
                }
                if (!REFUSED_CODE.contains(answer.path("error").path("code").asInt(0))) {
                    throw new IOException("The node does not answer a batch");
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
            responses.add(answer(request, request.getResponseType()));
        }
        return new BatchResponse(requests, responses);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public <T extends Response> T send(Request request, Class<T> responseType) throws IOException {
        return this.observer.observe(this.network, request.getMethod(), () -> answer(request, responseType));
    }

    @SuppressWarnings("rawtypes")
    private <T extends Response> T answer(Request request, Class<T> responseType) throws IOException {
        try {
            T response = super.send(request, responseType);
            if (response == null) {
                throw new IOException("The node's answer is empty");
            }
            return response;
        }
        catch (JacksonException ex) {
            throw unreadable(ex);
        }
    }

    @Override
    public void close() {
        this.client.dispatcher().executorService().shutdown();
        this.client.connectionPool().evictAll();
    }

    private List<Response<?>> inOrder(List<Request<?, ? extends Response<?>>> requests, JsonNode answer)
            throws IOException {
        Map<Long, JsonNode> byId = new HashMap<>();
        answer.forEach((node) -> byId.put(node.path("id").asLong(-1), node));
        List<Response<?>> responses = new ArrayList<>(requests.size());
        for (Request<?, ? extends Response<?>> request : requests) {
            JsonNode node = byId.get(request.getId());
            if (node == null) {
                throw new IOException("The node left a part of a batch unanswered");
            }
            responses.add(this.objectMapper.treeToValue(node, request.getResponseType()));
        }
        return responses;
    }

    private void checkChain(Node node) throws IOException {
        byte[] answer = post(node, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}");
        try {
            String result = this.objectMapper.readTree(answer).path("result").asString("");
            BigInteger actual = new BigInteger(result.replaceFirst("^0x", ""), 16);
            if (!actual.equals(this.network.chainId())) {
                throw new WrongChainException(node.url.getHost(), this.network.chainId(), actual);
            }
            node.checked = true;
        }
        catch (JacksonException | NumberFormatException ex) {
            throw new IOException("The node does not name its chain", ex);
        }
    }

    private byte[] post(Node node, String payload) throws IOException {
        okhttp3.Request request = new okhttp3.Request.Builder().url(node.url.toString())
            .post(RequestBody.create(payload, JSON))
            .build();
        try (okhttp3.Response response = this.client.newCall(request).execute()) {
            int status = response.code();
            if (REFUSED_STATUS.contains(status)) {
                throw new RefusedException(status);
            }
            ResponseBody body = response.body();
            if (!response.isSuccessful() || body == null) {
                throw new IOException("The node answered with status " + status);
            }
            Buffer buffer = new Buffer();
            while (body.source().read(buffer, 8192) != -1) {
                if (buffer.size() > MAX_ANSWER) {
                    throw new IOException("The node's answer is too long");
                }
            }
            return buffer.readByteArray();
        }
    }

    private static boolean looksLikeJson(byte[] answer) {
        return answer.length > 0 && (answer[0] == '{' || answer[0] == '[');
    }

    private static IOException unreadable(JacksonException ex) {
        return new IOException("The node's answer is not JSON-RPC: " + ex.getClass().getSimpleName());
    }

    private static final class Node {

        private final URI url;

        private volatile boolean checked;

        private Node(URI url) {
            this.url = url;
        }

    }

    /** The node does not take a request of this kind; another one might. */
    private static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        private RefusedException(int status) {
            super("The node refused with status " + status);
        }

    }

}

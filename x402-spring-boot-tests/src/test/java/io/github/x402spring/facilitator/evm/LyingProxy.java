package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.x402spring.facilitator.evm.LyingChain.Fault;

/**
 * Stands before a node and lies once in so many replies by each fault of
 * {@link LyingChain} that is one of a reply.
 */
public final class LyingProxy implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer server;

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private final HttpClient http = HttpClient.newHttpClient();

    private final URI node;

    private final Random random;

    private final int oneIn;

    private final Map<Fault, Integer> lies = new EnumMap<>(Fault.class);

    public LyingProxy(URI node, Random random, int oneIn) {
        this.node = node;
        this.random = random;
        this.oneIn = oneIn;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        this.server.setExecutor(this.executor);
        this.server.createContext("/", this::handle);
        this.server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
    }

    /** Number of lies by their faults. */
    public synchronized Map<String, Integer> lies() {
        Map<String, Integer> named = new java.util.TreeMap<>();
        this.lies.forEach((fault, count) -> named.put(fault.name(), count));
        return named;
    }

    private synchronized boolean lie(Fault fault) {
        boolean lie = this.random.nextInt(this.oneIn) == 0;
        if (lie) {
            this.lies.merge(fault, 1, Integer::sum);
        }
        return lie;
    }

    private synchronized int below(int bound) {
        return this.random.nextInt(bound);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            byte[] reply = reply(request).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, reply.length);
            exchange.getResponseBody().write(reply);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private String reply(String request) throws IOException, InterruptedException {
        JsonNode calls = JSON.readTree(request);
        if ("eth_sendRawTransaction".equals(calls.path("method").asString(""))) {
            return send(calls, request);
        }
        String reply = ask(request);
        if (!request.contains("eth_getTransactionCount")) {
            return reply;
        }
        JsonNode replies = JSON.readTree(reply);
        for (JsonNode call : calls.isArray() ? calls : List.of(calls)) {
            if ("eth_getTransactionCount".equals(call.path("method").asString(""))) {
                for (JsonNode each : replies.isArray() ? replies : List.of(replies)) {
                    if (call.path("id").equals(each.path("id")) && each.has("result")) {
                        ((ObjectNode) each).put("result", count(each.path("result").asString()));
                    }
                }
            }
        }
        return replies.toString();
    }

    private String count(String result) {
        BigInteger count = TokenCalls.number(result);
        if (lie(Fault.COUNT_TOO_HIGH)) {
            count = count.add(BigInteger.valueOf(1 + below(3)));
        }
        else if (lie(Fault.COUNT_TOO_LOW)) {
            count = count.subtract(BigInteger.valueOf(1 + below(5))).max(BigInteger.ZERO);
        }
        return Numeric.encodeQuantity(count);
    }

    private String send(JsonNode call, String request) throws IOException, InterruptedException {
        String signed = call.path("params").path(0).asString();
        if (lie(Fault.FALSE_NONCE_TOO_LOW)) {
            if (below(2) == 0) {
                ask(request);
            }
            return reply(call, null, "nonce too low: next nonce 7, tx nonce 6");
        }
        if (lie(Fault.FALSE_ALREADY_KNOWN)) {
            return reply(call, null, "already known");
        }
        if (lie(Fault.FALSE_REPLACEMENT)) {
            return reply(call, null, "replacement transaction underpriced");
        }
        if (lie(Fault.LOST)) {
            return reply(call, Hash.sha3(signed), null);
        }
        if (lie(Fault.REPLACED)) {
            replace(signed);
        }
        return ask(request);
    }

    /** Another holder of the key takes the number. */
    private void replace(String signed) throws IOException, InterruptedException {
        SignedRawTransaction transaction = (SignedRawTransaction) TransactionDecoder.decode(signed);
        try {
            String sender = transaction.getFrom();
            ask(JSON.writeValueAsString(Map.of("jsonrpc", "2.0", "id", 1, "method", "eth_sendTransaction", "params",
                    List.of(Map.of("from", sender, "to", sender, "nonce",
                            Numeric.encodeQuantity(transaction.getNonce()), "gas", "0x5208", "maxFeePerGas",
                            "0x2540be400", "maxPriorityFeePerGas", "0x2540be400")))));
        }
        catch (SignatureException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

    private static String reply(JsonNode call, @Nullable String result, @Nullable String error) {
        ObjectNode reply = JSON.createObjectNode().put("jsonrpc", "2.0");
        reply.set("id", call.path("id"));
        if (error != null) {
            reply.putObject("error").put("code", -32000).put("message", error);
        }
        else {
            reply.put("result", result);
        }
        return reply.toString();
    }

    private String ask(String request) throws IOException, InterruptedException {
        return this.http
            .send(HttpRequest.newBuilder(this.node)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(request))
                .build(), BodyHandlers.ofString())
            .body();
    }

    @Override
    public void close() {
        this.server.stop(0);
        this.executor.shutdownNow();
        this.http.shutdownNow();
    }

}

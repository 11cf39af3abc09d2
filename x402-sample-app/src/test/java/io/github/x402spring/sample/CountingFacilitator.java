package io.github.x402spring.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Settles whatever it is sent, as often as it is sent, and counts: what keeps payments
 * from being used twice has to be the shops.
 */
final class CountingFacilitator implements AutoCloseable {

    private static final Runnable NOTHING = () -> {
    };

    private final AtomicReference<Runnable> onVerify = new AtomicReference<>(NOTHING);

    private final AtomicReference<Runnable> onSettle = new AtomicReference<>(NOTHING);

    private final Map<String, AtomicInteger> settlements = new ConcurrentHashMap<>();

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private final HttpServer server;

    CountingFacilitator() throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        this.server.setExecutor(this.executor);
        this.server.createContext("/verify", this::verify);
        this.server.createContext("/settle", this::settle);
        this.server.createContext("/settlements/", this::tell);
        this.server.createContext("/supported", (exchange) -> answer(exchange,
                "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:84532\"}]}"));
        this.server.start();
    }

    String url() {
        return "http://localhost:" + this.server.getAddress().getPort();
    }

    /** How often each authorization was settled, by its nonce. */
    Map<String, AtomicInteger> settlements() {
        return this.settlements;
    }

    /** Lets something happen before the next answer to verify. */
    void onNextVerify(Runnable action) {
        this.onVerify.set(action);
    }

    /** Lets something happen between the next settlement and its answer. */
    void onNextSettle(Runnable action) {
        this.onSettle.set(action);
    }

    private void verify(HttpExchange exchange) throws IOException {
        this.onVerify.getAndSet(NOTHING).run();
        answer(exchange, "{\"isValid\":true}");
    }

    private void settle(HttpExchange exchange) throws IOException {
        JsonNode request = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
        String nonce = request.at("/paymentPayload/payload/authorization/nonce").asString();
        this.settlements.computeIfAbsent(nonce, (key) -> new AtomicInteger()).incrementAndGet();
        this.onSettle.getAndSet(NOTHING).run();
        answer(exchange, "{\"success\":true,\"transaction\":\"" + nonce + "\",\"network\":\"eip155:84532\"}");
    }

    /** Says whether an authorization was settled. */
    private void tell(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean known = this.settlements.containsKey(path.substring(path.lastIndexOf('/') + 1));
        exchange.sendResponseHeaders(known ? 200 : 404, -1);
        exchange.close();
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        this.server.stop(0);
        this.executor.shutdownNow();
    }

}

package io.github.x402spring.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequired;

/**
 * Answers requests in the order of a script and remembers them. When the script is over
 * it answers 500.
 */
final class ScriptedServer implements AutoCloseable {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private final Queue<Answer> script = new ConcurrentLinkedQueue<>();

    private final List<Received> received = new CopyOnWriteArrayList<>();

    private final ExecutorService executor = Executors.newCachedThreadPool();

    private final HttpServer server;

    private volatile @Nullable Rule rule;

    ScriptedServer() {
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        this.server.createContext("/", this::handle);
        this.server.setExecutor(this.executor);
        this.server.start();
    }

    static Answer status(int status, String... headers) {
        return (exchange) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        };
    }

    /** Sends a body of that length; of an unknown one if it is 0. */
    static Answer body(int status, int length) {
        return (exchange) -> {
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(status, length);
            exchange.getResponseBody().write(new byte[length]);
            exchange.close();
        };
    }

    /**
     * Claims a length and closes the connection behind some bytes, once the client has
     * the headers: it may see the end before them.
     */
    static Answer brokenBody(int status, long claimed, int sent, CountDownLatch headersRead) {
        return (exchange) -> {
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(status, claimed);
            exchange.getResponseBody().write(new byte[sent]);
            exchange.getResponseBody().flush();
            try {
                headersRead.await();
            }
            catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        };
    }

    static Answer json(int status, String json) {
        return (exchange) -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        };
    }

    static Answer terms(PaymentRequired required) {
        return status(402, "PAYMENT-REQUIRED", CODEC.encode(required.toMap()));
    }

    static Answer lost() {
        return HttpExchange::close;
    }

    ScriptedServer then(Answer answer) {
        this.script.add(answer);
        return this;
    }

    ScriptedServer always(Rule rule) {
        this.rule = rule;
        return this;
    }

    String origin() {
        return "http://localhost:" + this.server.getAddress().getPort();
    }

    List<Received> received() {
        return this.received;
    }

    List<String> payments() {
        return this.received.stream().flatMap((request) -> request.payment().stream()).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Received request = new Received(exchange.getRequestMethod(), exchange.getRequestURI(),
                exchange.getRequestBody().readAllBytes(),
                List.copyOf(exchange.getRequestHeaders().getOrDefault("PAYMENT-SIGNATURE", List.of())));
        this.received.add(request);
        Rule rule = this.rule;
        Answer answer = (rule != null) ? rule.answer(request) : this.script.poll();
        ((answer != null) ? answer : status(500)).send(exchange);
    }

    @Override
    public void close() {
        this.server.stop(0);
        this.executor.shutdownNow();
    }

    @FunctionalInterface
    interface Answer {

        void send(HttpExchange exchange) throws IOException;

    }

    @FunctionalInterface
    interface Rule {

        Answer answer(Received request);

    }

    record Received(String method, URI uri, byte[] body, List<String> payment) {
    }

}

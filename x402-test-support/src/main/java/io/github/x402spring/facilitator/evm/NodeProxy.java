package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Proxy of a node that misbehaves on demand.
 */
public final class NodeProxy implements AutoCloseable {

    private final HttpServer server;

    private final URI node;

    private final HttpClient http = HttpClient.newHttpClient();

    private final List<String> requests = new CopyOnWriteArrayList<>();

    private volatile Behaviour behaviour = NodeProxy::forward;

    public NodeProxy(URI node) {
        this.node = node;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        this.server.createContext("/", this::handle);
        this.server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
    }

    public List<String> requests() {
        return this.requests;
    }

    public void behave(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    public static Answer forward(NodeProxy proxy, String request) throws IOException, InterruptedException {
        return new Answer(200, proxy.ask(request));
    }

    public static Behaviour answer(int status, String body) {
        return (proxy, request) -> new Answer(status, body);
    }

    /** Misbehaves for some requests only. */
    public static Behaviour when(String part, Behaviour behaviour) {
        return (proxy, request) -> (request.contains(part) ? behaviour : (Behaviour) NodeProxy::forward).act(proxy,
                request);
    }

    public String ask(String request) throws IOException, InterruptedException {
        return this.http
            .send(HttpRequest.newBuilder(this.node)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(request))
                .build(), BodyHandlers.ofString())
            .body();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            this.requests.add(request);
            Answer answer = this.behaviour.act(this, request);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), (body.length > 0) ? body.length : -1);
            exchange.getResponseBody().write(body);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        this.server.stop(0);
    }

    @FunctionalInterface
    public interface Behaviour {

        Answer act(NodeProxy proxy, String request) throws IOException, InterruptedException;

    }

    public record Answer(int status, String body) {
    }

}

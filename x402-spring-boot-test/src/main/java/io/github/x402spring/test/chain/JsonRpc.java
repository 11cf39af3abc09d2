package io.github.x402spring.test.chain;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Caller of a node's methods.
 */
final class JsonRpc implements AutoCloseable {

    private final JsonMapper json = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();

    private final URI url;

    JsonRpc(URI url) {
        this.url = url;
    }

    JsonNode call(String method, Object... params) {
        JsonNode reply = send(method, params);
        if (reply.hasNonNull("error")) {
            throw new LocalNodeException(method + ": " + reply.path("error").path("message").asString(""));
        }
        return reply.path("result");
    }

    @Override
    public void close() {
        this.http.shutdownNow();
    }

    private JsonNode send(String method, Object... params) {
        String body = this.json
            .writeValueAsString(Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(params)));
        HttpRequest request = HttpRequest.newBuilder(this.url)
            .timeout(LocalNode.PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
        try {
            return this.json.readTree(this.http.send(request, BodyHandlers.ofString()).body());
        }
        catch (IOException ex) {
            throw new LocalNodeException(method + ": " + ex);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new LocalNodeException("Interrupted");
        }
    }

}

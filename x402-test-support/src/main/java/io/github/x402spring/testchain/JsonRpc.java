package io.github.x402spring.testchain;

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

import io.github.x402spring.Eventually;

/**
 * Calls methods of a node.
 */
final class JsonRpc implements AutoCloseable {

    private final JsonMapper json = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();

    private final URI url;

    JsonRpc(URI url) {
        this.url = url;
    }

    JsonNode call(String method, Object... params) {
        JsonNode answer = send(method, params);
        if (answer.hasNonNull("error")) {
            throw new DevelopmentChainException(method + ": " + answer.path("error").path("message").asString(""));
        }
        return answer.path("result");
    }

    @Override
    public void close() {
        this.http.shutdownNow();
    }

    private JsonNode send(String method, Object... params) {
        String body = this.json
            .writeValueAsString(Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(params)));
        HttpRequest request = HttpRequest.newBuilder(this.url)
            .timeout(Eventually.PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
        try {
            return this.json.readTree(this.http.send(request, BodyHandlers.ofString()).body());
        }
        catch (IOException ex) {
            throw new DevelopmentChainException(method + ": " + ex);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new DevelopmentChainException("Interrupted");
        }
    }

}

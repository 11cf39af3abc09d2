package io.github.x402spring.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Eventually;
import io.github.x402spring.FreePorts;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Is a Prometheus of its own that collects the figures of one application every second.
 */
final class PrometheusServer implements AutoCloseable {

    private static final int STARTING = 503;

    private final HttpClient http = HttpClient.newHttpClient();

    private final Process process;

    private final int port;

    private PrometheusServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Looks for a program of Prometheus. */
    static Optional<Path> find(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .map((folder) -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst();
    }

    static PrometheusServer start(Path folder, URI target, String user, String password) throws IOException {
        int port = FreePorts.next();
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(configuration, """
                global: { scrape_interval: 1s }
                scrape_configs:
                  - job_name: x402
                    metrics_path: %s
                    basic_auth: { username: %s, password: %s }
                    static_configs:
                      - targets: ["%s"]
                        labels: { application: shop }
                """.formatted(target.getPath(), user, password, target.getAuthority()));
        Path program = find("prometheus").orElseThrow(() -> new IllegalStateException("There is no Prometheus"));
        Process process = new ProcessBuilder(program.toString(), "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
        return new PrometheusServer(process, port);
    }

    /** Evaluates an expression at the present time. */
    JsonNode query(String expression) {
        return get("query?query=" + encode(expression), expression);
    }

    /** Evaluates an expression at a time, in seconds. */
    JsonNode query(String expression, long time) {
        return get("query?query=" + encode(expression) + "&time=" + time, expression);
    }

    /** Evaluates an expression at each step between two times, in seconds. */
    JsonNode query(String expression, long from, long to, long step) {
        return get("query_range?query=" + encode(expression) + "&start=" + from + "&end=" + to + "&step=" + step,
                expression);
    }

    private static String encode(String expression) {
        return URLEncoder.encode(expression, StandardCharsets.UTF_8);
    }

    private JsonNode get(String question, String expression) {
        URI uri = URI.create("http://127.0.0.1:" + this.port + "/api/v1/" + question);
        try {
            HttpResponse<String> response = this.http.send(HttpRequest.newBuilder(uri).build(),
                    BodyHandlers.ofString());
            if (response.statusCode() == STARTING) {
                throw new IOException("Prometheus is not ready");
            }
            JsonNode answer = JsonMapper.shared().readTree(response.body());
            if (!"success".equals(answer.path("status").asString())) {
                throw new IllegalArgumentException(expression + ": " + answer.path("error").asString());
            }
            return answer.path("data").path("result");
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }

    /** Waits until an expression has a result, and returns it. */
    JsonNode await(String expression) {
        AtomicReference<JsonNode> result = new AtomicReference<>();
        Eventually.await("Prometheus has " + expression, () -> {
            assertThat(this.process.isAlive()).as("Prometheus runs").isTrue();
            try {
                result.set(query(expression));
                return !result.get().isEmpty();
            }
            catch (UncheckedIOException ex) {
                return false;
            }
        });
        return result.get();
    }

    /** Waits until figures were collected once more. */
    void awaitScrape() {
        await("timestamp(x402_payments_accepting) > " + lastScrape("x402_payments_accepting"));
    }

    /** Returns the second in which figures were collected for the last time. */
    String lastScrape(String metric) {
        return await("max(timestamp(" + metric + "))").path(0).path("value").path(1).asString();
    }

    @Override
    public void close() {
        this.http.shutdownNow();
        this.process.destroy();
        try {
            if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
                this.process.destroyForcibly();
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

}

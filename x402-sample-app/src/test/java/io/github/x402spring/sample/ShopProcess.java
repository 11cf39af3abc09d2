package io.github.x402spring.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Is an instance of the shop in a process of its own.
 */
final class ShopProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final int port = RunningShop.freePort();

    private final Path log;

    private final Process process;

    private ShopProcess(Class<?> shop, Path folder, List<String> properties) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), shop.getName(),
                "--server.port=" + this.port, "--sample.walkthrough=false", "--management.health.redis.enabled=false"));
        properties.forEach((property) -> command.add("--" + property));
        this.log = folder.resolve("shop-" + this.port + ".log");
        try {
            this.process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(this.log.toFile())
                .start();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this.process::destroyForcibly));
    }

    /** Starts instances side by side and waits until all of them answer. */
    static List<ShopProcess> start(int number, Path folder, List<String> properties) {
        return start(SampleApplication.class, number, folder, properties);
    }

    /** Starts another application in the same way. */
    static List<ShopProcess> start(Class<?> shop, int number, Path folder, List<String> properties) {
        List<ShopProcess> shops = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            shops.add(new ShopProcess(shop, folder, properties));
        }
        shops.forEach(ShopProcess::awaitHealth);
        return shops;
    }

    String origin() {
        return "http://localhost:" + this.port;
    }

    /** Asks it to stop, as an operator does. */
    void terminate() {
        this.process.destroy();
    }

    boolean isAlive() {
        return this.process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(this.log);
    }

    private void awaitHealth() {
        HttpRequest health = HttpRequest.newBuilder(URI.create(origin() + "/actuator/health")).build();
        Instant deadline = Instant.now().plus(PATIENCE);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!healthy(client, health)) {
                if (!this.process.isAlive() || Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("The shop does not start: " + Files.readString(this.log));
                }
                this.process.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }

    private static boolean healthy(HttpClient client, HttpRequest health) throws InterruptedException {
        try {
            return client.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        }
        catch (IOException ex) {
            return false;
        }
    }

    @Override
    public void close() {
        this.process.destroyForcibly();
    }

}

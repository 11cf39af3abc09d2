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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.opentest4j.TestAbortedException;

/**
 * Instance of the shop in a process of its own, on a port that the system chooses.
 */
final class ShopProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Path log;

    private final Process process;

    private volatile int port;

    private ShopProcess(Class<?> shop, Path folder, List<String> properties) {
        List<String> command = new ArrayList<>(ShopClasses.java());
        command.addAll(List.of("-Xmx256m", shop.getName(), "--server.port=0",
                "--logging.level.org.springframework.boot.tomcat.TomcatWebServer=info", "--sample.walkthrough=false",
                "--management.health.redis.enabled=false"));
        properties.forEach((property) -> command.add("--" + property));
        this.log = folder.resolve("shop-" + NUMBERS.incrementAndGet() + ".log");
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
        try {
            for (int i = 0; i < number; i++) {
                shops.add(new ShopProcess(shop, folder, properties));
            }
            shops.forEach(ShopProcess::awaitHealth);
            return shops;
        }
        catch (RuntimeException ex) {
            shops.forEach(ShopProcess::close);
            throw ex;
        }
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

    /**
     * Waits for the port, then for the health. A process that is still on its way to the
     * port shows a slow machine, and no fault.
     */
    private void awaitHealth() {
        Instant deadline = Instant.now().plus(PATIENCE);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!listens() || !healthy(client)) {
                if (!this.process.isAlive() || (listens() && Instant.now().isAfter(deadline))) {
                    throw new IllegalStateException("The shop does not start: " + log());
                }
                if (Instant.now().isAfter(deadline)) {
                    System.err.println("*** TOO SLOW: a shop did not start within " + PATIENCE
                            + "; tests with several instances are SKIPPED. ***");
                    throw new TestAbortedException("A shop did not start within " + PATIENCE);
                }
                this.process.waitFor(50, TimeUnit.MILLISECONDS);
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

    private boolean listens() throws IOException {
        if (this.port == 0) {
            Matcher started = STARTED.matcher(log());
            if (started.find()) {
                this.port = Integer.parseInt(started.group(1));
            }
        }
        return this.port != 0;
    }

    private boolean healthy(HttpClient client) throws InterruptedException {
        HttpRequest health = HttpRequest.newBuilder(URI.create(origin() + "/actuator/health")).build();
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

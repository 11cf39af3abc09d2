package io.github.x402spring.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Buyers at a moderate pace, who sign each payment when they buy. Prints the size of the application's heap and ledger.
 */
public final class SteadyBuyers {

    private static final int BUYERS = 4;

    private static final int SAMPLES = 10;

    private static final Duration PACE = Duration.ofMillis(15);

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final JsonMapper mapper = new JsonMapper();

    private final AtomicLong bought = new AtomicLong();

    private final AtomicLong refused = new AtomicLong();

    private final String application;

    private volatile Instant origin = Instant.EPOCH;

    private volatile long originNanos;

    private SteadyBuyers(String application) {
        this.application = application;
    }

    /**
     * Buys.
     * @param args the application's address, seconds to warm up, seconds to measure
     * @throws Exception if the application does not respond
     */
    public static void main(String[] args) throws Exception {
        SteadyBuyers buyers = new SteadyBuyers(args[0]);
        buyers.sample("start");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < BUYERS; i++) {
            threads.add(Thread.ofPlatform().daemon().start(buyers::buyOnAndOn));
        }
        Thread.sleep(Duration.ofSeconds(Long.parseLong(args[1])));
        buyers.sample("warm");
        for (int i = 1; i <= SAMPLES; i++) {
            Thread.sleep(Duration.ofSeconds(Long.parseLong(args[2])).dividedBy(SAMPLES));
            buyers.sample(i + "/" + SAMPLES);
        }
        threads.forEach(Thread::interrupt);
    }

    private void sample(String name) throws IOException, InterruptedException {
        JsonNode memory = this.mapper.readTree(this.client
            .send(HttpRequest.newBuilder(URI.create(this.application + "/memory")).build(), BodyHandlers.ofString())
            .body());
        this.origin = Instant.parse(memory.path("now").asString());
        this.originNanos = System.nanoTime();
        System.out.printf("%-6s heap after full GC %6.1f MB, ledger entries %6d, bought %7d, refused %d%n", name,
                memory.path("heap").asLong() / 1e6, memory.path("entries").asInt(), this.bought.get(),
                this.refused.get());
    }

    private void buyOnAndOn() {
        try {
            while (!Thread.interrupted()) {
                buy();
                Thread.sleep(PACE);
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        catch (IOException ex) {
            this.refused.incrementAndGet();
        }
    }

    private void buy() throws IOException, InterruptedException {
        Duration since = Duration.ofNanos(System.nanoTime() - this.originNanos);
        Instant now = this.origin.plus(since.multipliedBy(FastClock.FACTOR));
        HttpRequest request = HttpRequest.newBuilder(URI.create(this.application + "/paid"))
            .header("PAYMENT-SIGNATURE", SignPayments.header(now))
            .build();
        int status = this.client.send(request, BodyHandlers.ofString()).statusCode();
        ((status == 200) ? this.bought : this.refused).incrementAndGet();
    }

}

package io.github.x402spring.benchmarks;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import com.sun.management.OperatingSystemMXBean;
import org.springframework.web.client.RestClient;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.http.HttpFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitatorSettings;
import io.github.x402spring.protocol.ResourceInfo;

/**
 * Measurement of calls to a facilitator over HTTP. Prints the processor time of a call,
 * its rate, and how many calls were lost. Fails if one was, or if the processor time is
 * above a bound.
 */
public final class FacilitatorCalls {

    private static final int THREADS = 16;

    private static final int WARM_UP = 100_000;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.com/weather", "", "");

    private final HttpFacilitator facilitator;

    private final SignedPayment payment = new SignedPayment(402);

    private final LongAdder lost = new LongAdder();

    private FacilitatorCalls(URI url) {
        this.facilitator = new HttpFacilitator(RestClient.builder(),
                new HttpFacilitatorSettings(url, TIMEOUT, TIMEOUT, TIMEOUT, List.of()), List.of());
    }

    /**
     * Calls.
     * @param args the facilitator's address, the number of calls, the bound in
     * microseconds
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        FacilitatorCalls calls = new FacilitatorCalls(URI.create(args[0]));
        calls.make(WARM_UP);
        int count = Integer.parseInt(args[1]);
        calls.lost.reset();
        long processor = processorTime();
        long start = System.nanoTime();
        calls.make(count);
        double seconds = (System.nanoTime() - start) / 1e9;
        double micros = (processorTime() - processor) / 1e3 / count;
        System.out.printf("%d calls, %d lost, %.0f/s, %.0f µs of processor each%n", count, calls.lost.sum(),
                count / seconds, micros);
        System.exit((calls.lost.sum() > 0 || micros > Double.parseDouble(args[2])) ? 1 : 0);
    }

    private void make(int count) throws InterruptedException {
        AtomicLong left = new AtomicLong(count);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (left.getAndDecrement() > 0) {
                    call();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void call() {
        try {
            if (!this.facilitator.settle(this.payment.payload, this.payment.requirements, RESOURCE).success()) {
                this.lost.increment();
            }
        }
        catch (FacilitatorException ex) {
            this.lost.increment();
        }
    }

    private static long processorTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

}

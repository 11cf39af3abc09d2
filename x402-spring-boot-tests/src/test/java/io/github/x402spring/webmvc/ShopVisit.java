package io.github.x402spring.webmvc;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.x402spring.Eventually;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Knows what happened inside the shop in the course of one test, and lets tests and
 * handlers wait for each other.
 */
final class ShopVisit {

    private final AtomicInteger runs = new AtomicInteger();

    private final Queue<Throwable> writeFailures = new ConcurrentLinkedQueue<>();

    private final CountDownLatch dispatchEnded = new CountDownLatch(1);

    private final CountDownLatch taskEnded = new CountDownLatch(1);

    private final CountDownLatch settlement = new CountDownLatch(1);

    private final CountDownLatch goOn = new CountDownLatch(1);

    void handlerRuns() {
        this.runs.incrementAndGet();
    }

    int runs() {
        return this.runs.get();
    }

    void writeFailed(Throwable failure) {
        this.writeFailures.add(failure);
    }

    Queue<Throwable> writeFailures() {
        return this.writeFailures;
    }

    void dispatchEnds() {
        this.dispatchEnded.countDown();
    }

    void awaitDispatchEnd() {
        await(this.dispatchEnded);
    }

    void taskEnds() {
        this.taskEnded.countDown();
    }

    void awaitTaskEnd() {
        await(this.taskEnded);
    }

    void settlementBegins() {
        this.settlement.countDown();
    }

    void awaitSettlement() {
        await(this.settlement);
    }

    void letGoOn() {
        this.goOn.countDown();
    }

    void awaitGoOn() {
        await(this.goOn);
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }

}

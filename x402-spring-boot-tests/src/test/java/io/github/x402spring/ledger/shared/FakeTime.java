package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that passes when it is told to, and for those who sleep.
 */
final class FakeTime implements DeliveryLog.Time {

    private final AtomicLong nanos = new AtomicLong(Duration.ofHours(7).toNanos());

    private final List<Duration> slept = new CopyOnWriteArrayList<>();

    void pass(Duration time) {
        this.nanos.addAndGet(time.toNanos());
    }

    List<Duration> slept() {
        return List.copyOf(this.slept);
    }

    @Override
    public long nanos() {
        return this.nanos.get();
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (nanos > 0) {
            this.slept.add(Duration.ofNanos(nanos));
            pass(Duration.ofNanos(nanos));
        }
    }

}

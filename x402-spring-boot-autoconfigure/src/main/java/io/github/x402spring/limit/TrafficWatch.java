package io.github.x402spring.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watch on an address from which too many payments failed: whether nearly all payments
 * come from it, as they do behind a proxy that does not distinguish its clients. While no
 * address is watched, a payment costs the read of a field.
 * <p>
 * Thread-safe.
 */
final class TrafficWatch {

    private static final Logger logger = LoggerFactory.getLogger(TrafficWatch.class);

    static final int SAMPLE = 100;

    private static final int NEARLY_ALL = 95;

    private static final Duration PAUSE = Duration.ofHours(1);

    private final Clock clock;

    private final AtomicReference<@Nullable Sample> sample = new AtomicReference<>();

    private volatile long pausedUntil = Long.MIN_VALUE;

    TrafficWatch(Clock clock) {
        this.clock = clock;
    }

    /**
     * Begins to watch an address, unless one is watched, or was within the last hour.
     */
    void watch(@Nullable String address) {
        if (address != null && this.sample.get() == null && this.clock.millis() >= this.pausedUntil) {
            this.sample.compareAndSet(null, new Sample(address));
        }
    }

    void presented(@Nullable String address) {
        Sample present = this.sample.get();
        if (present == null) {
            return;
        }
        if (same(present.address(), address)) {
            present.same().incrementAndGet();
        }
        if (present.all().incrementAndGet() == SAMPLE) {
            end(present);
        }
    }

    private void end(Sample full) {
        this.pausedUntil = this.clock.millis() + PAUSE.toMillis();
        this.sample.set(null);
        int same = full.same().get();
        if (same >= NEARLY_ALL) {
            logger.warn("{} of the last {} payments came from {}, and too many of them failed. If that is the address "
                    + "of a proxy, have it forward its client's address and set server.forward-headers-strategy, so "
                    + "that clients are distinguished; else limit the sender before it gets here", same, SAMPLE,
                    ClientNetwork.shown(full.address()));
        }
    }

    private static boolean same(String watched, @Nullable String address) {
        if (watched.equals(address)) {
            return true;
        }
        String network = ClientNetwork.of(watched);
        return network != null && network.equals(ClientNetwork.of(address));
    }

    private record Sample(String address, AtomicInteger same, AtomicInteger all) {

        Sample(String address) {
            this(address, new AtomicInteger(), new AtomicInteger());
        }

    }

}

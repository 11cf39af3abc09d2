package io.github.x402spring.autoconfigure.webmvc;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Rate limit that grants every caller a number of requests, which refills steadily within
 * a minute. A bounded number of callers is stored; when that many are active, new ones
 * share one allowance. Thread-safe.
 */
final class CallerRateLimit {

    private static final long WINDOW = Duration.ofMinutes(1).toNanos();

    private static final long PURGE_INTERVAL = Duration.ofSeconds(1).toNanos();

    private static final String OTHERS = "";

    private final long interval;

    private final int maxCallers;

    private final LongSupplier nanoTime;

    /** The time at which a caller's allowance is whole again. */
    private final ConcurrentMap<String, Long> wholeAgain = new ConcurrentHashMap<>();

    private final AtomicLong nextPurge;

    CallerRateLimit(int requestsPerMinute, int maxCallers, LongSupplier nanoTime) {
        this.interval = WINDOW / requestsPerMinute;
        this.maxCallers = maxCallers;
        this.nanoTime = nanoTime;
        this.nextPurge = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * Takes one request from a caller's allowance.
     * @return how long the caller has to wait; zero if the request was granted
     */
    Duration take(String caller) {
        long now = this.nanoTime.getAsLong();
        Request request = new Request(now);
        this.wholeAgain.compute(hasRoom(caller, now) ? caller : OTHERS, request::charge);
        return Duration.ofNanos(request.wait);
    }

    int callers() {
        return this.wholeAgain.size();
    }

    private boolean hasRoom(String caller, long now) {
        if (this.wholeAgain.containsKey(caller) || this.wholeAgain.size() < this.maxCallers) {
            return true;
        }
        long due = this.nextPurge.get();
        if (now - due < 0 || !this.nextPurge.compareAndSet(due, now + PURGE_INTERVAL)) {
            return false;
        }
        this.wholeAgain.values().removeIf((time) -> time - now <= 0);
        return this.wholeAgain.size() < this.maxCallers;
    }

    private final class Request {

        private final long now;

        private long wait;

        Request(long now) {
            this.now = now;
        }

        Long charge(String caller, @Nullable Long wholeAgain) {
            long present = (wholeAgain == null || wholeAgain - this.now < 0) ? this.now : wholeAgain;
            long charged = present + CallerRateLimit.this.interval;
            this.wait = Math.max(0, charged - this.now - WINDOW);
            return (this.wait > 0) ? Long.valueOf(present) : Long.valueOf(charged);
        }

    }

}

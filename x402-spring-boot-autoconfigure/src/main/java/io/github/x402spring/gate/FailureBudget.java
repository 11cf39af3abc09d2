package io.github.x402spring.gate;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Counts failures by who is behind them, and blocks who has had too many. A failure after
 * the block does not prolong it. Thread-safe.
 * <p>
 * There is room for so many who failed, and for so many who are blocked. Where it is
 * full, the first of those who failed is forgotten for the next; a block is never
 * forgotten, and who did not fail takes no room.
 */
final class FailureBudget {

    static final int MAX_ENTRIES = 5_000;

    private final int limit;

    private final long window;

    /** Guards both maps; nothing is waited for while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    /** In the order in which their windows end. */
    private final Map<String, Failures> failing = new LinkedHashMap<>();

    /** The time at which a block ends, in this order. */
    private final Map<String, Long> blocked = new LinkedHashMap<>();

    /** Spares who never failed the lock while nobody is blocked. */
    private volatile boolean blocks;

    FailureBudget(int limit, Duration window) {
        this.limit = limit;
        this.window = window.toMillis();
    }

    /**
     * Tells whether anybody may be blocked.
     */
    boolean blocksAny() {
        return this.blocks;
    }

    /**
     * Returns for how long somebody is blocked.
     * @return the time in milliseconds; 0 if not at all
     */
    long blocked(@Nullable String who, long now) {
        if (!this.blocks || who == null) {
            return 0;
        }
        this.lock.lock();
        try {
            Long until = this.blocked.get(who);
            return (until != null) ? Math.max(0, until - now) : 0;
        }
        finally {
            this.lock.unlock();
        }
    }

    /**
     * Counts a failure.
     * @param payment what failed, of which any number of failures count as one;
     * {@code null} if each counts
     */
    void failed(@Nullable String who, @Nullable Long payment, long now) {
        if (this.limit == 0 || who == null) {
            return;
        }
        this.lock.lock();
        try {
            forget(now);
            if (this.blocked.containsKey(who)) {
                return;
            }
            Failures failures = this.failing.get(who);
            if (failures == null) {
                failures = new Failures(now + this.window);
                makeRoom();
                this.failing.put(who, failures);
            }
            if (failures.add(payment) >= this.limit && this.blocked.size() < MAX_ENTRIES) {
                this.failing.remove(who);
                this.blocked.put(who, now + this.window);
                this.blocks = true;
            }
        }
        finally {
            this.lock.unlock();
        }
    }

    int size() {
        return this.failing.size() + this.blocked.size();
    }

    private void forget(long now) {
        Iterator<Failures> oldest = this.failing.values().iterator();
        while (oldest.hasNext() && oldest.next().until <= now) {
            oldest.remove();
        }
        Iterator<Long> first = this.blocked.values().iterator();
        while (first.hasNext() && first.next() <= now) {
            first.remove();
        }
        this.blocks = !this.blocked.isEmpty();
    }

    private void makeRoom() {
        if (this.failing.size() >= MAX_ENTRIES) {
            Iterator<Failures> oldest = this.failing.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private static final class Failures {

        private final long until;

        private final Set<Long> payments = new HashSet<>(0);

        private int count;

        Failures(long until) {
            this.until = until;
        }

        int add(@Nullable Long payment) {
            if (payment == null || this.payments.add(payment)) {
                this.count++;
            }
            return this.count;
        }

    }

}

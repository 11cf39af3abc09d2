package io.github.x402spring.limit;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Counter of failures by subject, which blocks a subject that has had too many. A failure
 * after the block does not prolong it. A failure that turns out to be none is taken back,
 * and the block with it. Thread-safe.
 * <p>
 * The numbers of failing and of blocked subjects are bounded. When it is full, the oldest
 * failing subject is dropped for the next; a block is never dropped, and a subject that
 * did not fail takes no room.
 */
final class FailureBudget {

    static final int MAX_ENTRIES = 5_000;

    private static final int MAX_PAYMENTS = 100;

    private final int limit;

    private final long window;

    /** Guards both maps; nothing is waited for while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    /** In the order in which their windows end. */
    private final Map<String, Failures> failing = new LinkedHashMap<>();

    /** The time at which a block ends, in this order. */
    private final Map<String, Block> blocked = new LinkedHashMap<>();

    /**
     * Subjects by the payments that were counted as their failures; the last ones, so
     * that they can be taken back.
     */
    private final Map<Long, String> counted = new LinkedHashMap<>();

    /** Spares the lock while no subject is blocked. */
    private volatile boolean blocks;

    FailureBudget(int limit, Duration window) {
        this.limit = limit;
        this.window = window.toMillis();
    }

    /**
     * Returns whether failures are counted at all.
     */
    boolean limited() {
        return this.limit > 0;
    }

    /**
     * Returns whether any subject may be blocked.
     */
    boolean blocksAny() {
        return this.blocks;
    }

    /**
     * Returns for how long a subject is blocked.
     * @return the time in milliseconds; 0 if not at all
     */
    long blocked(@Nullable String who, long now) {
        if (!this.blocks || who == null) {
            return 0;
        }
        this.lock.lock();
        try {
            Block block = this.blocked.get(who);
            return (block != null) ? Math.max(0, block.until() - now) : 0;
        }
        finally {
            this.lock.unlock();
        }
    }

    /**
     * Counts a failure.
     * @param payment what failed, of which any number of failures count as one and which
     * can be taken back; {@code null} if each counts
     */
    void failed(@Nullable String who, @Nullable Long payment, long now) {
        failed(who, payment, payment != null, now);
    }

    /**
     * Counts a failure that is never taken back, so that nothing but itself is remembered
     * of it.
     * @param payment what failed, of which any number of failures count as one
     */
    void failedForGood(@Nullable String who, long payment, long now) {
        failed(who, payment, false, now);
    }

    private void failed(@Nullable String who, @Nullable Long payment, boolean remembered, long now) {
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
            if (failures == null || failures.until <= now) {
                this.failing.remove(who);
                failures = new Failures(now + this.window);
                makeRoom();
                this.failing.put(who, failures);
            }
            if (payment != null && remembered) {
                remember(payment, who);
            }
            if (failures.add(payment) >= this.limit && this.blocked.size() < MAX_ENTRIES) {
                this.failing.remove(who);
                this.blocked.put(who, new Block(now + this.window, failures));
                this.blocks = true;
            }
        }
        finally {
            this.lock.unlock();
        }
    }

    /**
     * Counts a failure that may still turn out to be none, if there is room for it.
     * @param payment by which it is taken back
     * @return whether there was room
     */
    boolean tryFail(String who, long payment, long now) {
        this.lock.lock();
        try {
            forget(now);
            if (this.blocked.containsKey(who)) {
                return false;
            }
            failed(who, payment, now);
            return true;
        }
        finally {
            this.lock.unlock();
        }
    }

    /**
     * Takes a failure back.
     * @param payment what did not fail after all
     */
    void succeeded(long payment) {
        if (this.limit == 0) {
            return;
        }
        this.lock.lock();
        try {
            String who = this.counted.remove(payment);
            if (who == null) {
                return;
            }
            Block block = this.blocked.get(who);
            Failures failures = (block != null) ? block.failures() : this.failing.get(who);
            if (failures != null) {
                failures.remove(payment);
                if (block != null && failures.count < this.limit) {
                    this.blocked.remove(who);
                    this.blocks = !this.blocked.isEmpty();
                    makeRoom();
                    this.failing.put(who, new Failures(block.until(), failures));
                }
            }
        }
        finally {
            this.lock.unlock();
        }
    }

    private void remember(Long payment, String who) {
        if (this.counted.putIfAbsent(payment, who) == null && this.counted.size() > MAX_ENTRIES) {
            Iterator<String> oldest = this.counted.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    int size() {
        return this.failing.size() + this.blocked.size();
    }

    int remembered() {
        return this.counted.size();
    }

    private void forget(long now) {
        Iterator<Failures> oldest = this.failing.values().iterator();
        while (oldest.hasNext() && oldest.next().until <= now) {
            oldest.remove();
        }
        Iterator<Block> first = this.blocked.values().iterator();
        while (first.hasNext() && first.next().until() <= now) {
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

        private final Set<Long> payments;

        private int count;

        Failures(long until) {
            this.until = until;
            this.payments = new HashSet<>(0);
        }

        Failures(long until, Failures failures) {
            this.until = until;
            this.payments = failures.payments;
            this.count = failures.count;
        }

        /** The payments stored for a subject are bounded, whatever the limit is. */
        int add(@Nullable Long payment) {
            boolean counts = payment == null || !this.payments.contains(payment);
            if (payment != null && this.payments.size() < MAX_PAYMENTS) {
                this.payments.add(payment);
            }
            this.count += counts ? 1 : 0;
            return this.count;
        }

        void remove(Long payment) {
            this.count -= this.payments.remove(payment) ? 1 : 0;
        }

    }

    private record Block(long until, Failures failures) {
    }

}

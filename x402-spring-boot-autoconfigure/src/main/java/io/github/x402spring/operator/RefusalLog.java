package io.github.x402spring.operator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Log of the last refusals of this instance, for operators: a ledger does not store
 * refusals. The oldest are dropped when the log is full. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RefusalLog {

    private final Deque<Refusal> refusals = new ArrayDeque<>();

    private final int maxEntries;

    private long count;

    /**
     * Creates an empty log.
     * @param maxEntries how many refusals it remembers at most
     */
    public RefusalLog(int maxEntries) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("'maxEntries' must be positive");
        }
        this.maxEntries = maxEntries;
    }

    /**
     * Adds a refusal.
     * @param refusal the refusal
     */
    public synchronized void add(Refusal refusal) {
        this.refusals.addFirst(refusal);
        this.count++;
        if (this.refusals.size() > this.maxEntries) {
            this.refusals.removeLast();
        }
    }

    /**
     * Returns the last refusals.
     * @param limit how many at most
     * @return the refusals, the last one first
     */
    public synchronized List<Refusal> latest(int limit) {
        return this.refusals.stream().limit(Math.max(0, limit)).toList();
    }

    /**
     * Returns how many refusals were added, forgotten ones included.
     * @return the number
     */
    public synchronized long count() {
        return this.count;
    }

}

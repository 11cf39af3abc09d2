package io.github.x402spring.ledger.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * Registry of ended tasks in the memory of one instance. When it is full, another task
 * cannot be ended: to forget one would let it go on.
 */
final class InMemoryTaskRegistry implements TaskRegistry {

    private final ConcurrentMap<TaskKey, Instant> ended = new ConcurrentHashMap<>();

    private final Clock clock;

    private final Duration retention;

    private final int maxTasks;

    InMemoryTaskRegistry(Clock clock, Duration retention, int maxTasks) {
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.retention = Objects.requireNonNull(retention, "'retention' must not be null");
        this.maxTasks = maxTasks;
    }

    @Override
    public synchronized void end(TaskKey task) {
        Instant now = this.clock.instant();
        this.ended.values().removeIf((forgotten) -> !forgotten.isAfter(now));
        if (this.ended.size() >= this.maxTasks && !this.ended.containsKey(task)) {
            throw new LedgerException("The memory for ended tasks is full", null);
        }
        this.ended.put(task, now.plus(this.retention));
    }

    @Override
    public boolean ended(TaskKey task) {
        Instant forgotten = this.ended.get(task);
        return forgotten != null && forgotten.isAfter(this.clock.instant());
    }

}

package io.github.x402spring.autoconfigure.ledger;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Scheduler of the chores of a ledger, for as long as the application runs.
 */
final class LedgerMaintenance implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(LedgerMaintenance.class);

    /** Stops after the web server, when no request works on a payment any more. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private final List<LedgerChore> chores;

    /** A chore that fails again and again is logged once. */
    private final Set<LedgerChore> failing = ConcurrentHashMap.newKeySet();

    private volatile @Nullable ScheduledExecutorService executor;

    LedgerMaintenance(List<LedgerChore> chores) {
        this.chores = List.copyOf(chores);
    }

    List<LedgerChore> chores() {
        return this.chores;
    }

    @Override
    public void start() {
        // Three, because asking about unknown and about reported settlements may take
        // long.
        ScheduledExecutorService executor = Executors.newScheduledThreadPool(3,
                Thread.ofPlatform().daemon().name("x402-ledger-", 1).factory());
        this.chores.forEach((chore) -> executor.scheduleWithFixedDelay(() -> run(chore), 0, chore.interval().toMillis(),
                TimeUnit.MILLISECONDS));
        this.executor = executor;
    }

    @Override
    public void stop() {
        ScheduledExecutorService executor = this.executor;
        if (executor != null) {
            executor.shutdownNow();
            this.executor = null;
        }
    }

    @Override
    public boolean isRunning() {
        return this.executor != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void run(LedgerChore chore) {
        try {
            chore.work().run();
            this.failing.remove(chore);
        }
        catch (RuntimeException ex) {
            if (this.failing.add(chore)) {
                logger.warn("Ledger task '{}' failed and will be retried", chore.name(), ex);
            }
        }
    }

}

package io.github.x402spring.autoconfigure.ledger;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import io.github.x402spring.ledger.AnswerStore;
import io.github.x402spring.ledger.LedgerException;

/**
 * Has kept answers forgotten when their time is over. It does no harm that each instance
 * does it.
 */
final class AnswerMaintenance implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(AnswerMaintenance.class);

    private final AnswerStore store;

    private @Nullable ScheduledExecutorService executor;

    AnswerMaintenance(AnswerStore store) {
        this.store = store;
    }

    @Override
    public void start() {
        ScheduledExecutorService executor = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("x402-answers").factory());
        executor.scheduleWithFixedDelay(this::forgetExpired, 1, 1, TimeUnit.MINUTES);
        this.executor = executor;
    }

    @Override
    public void stop() {
        if (this.executor != null) {
            this.executor.shutdownNow();
            this.executor = null;
        }
    }

    @Override
    public boolean isRunning() {
        return this.executor != null;
    }

    private void forgetExpired() {
        try {
            this.store.forgetExpired();
        }
        catch (LedgerException | RuntimeException ex) {
            logger.debug("Kept answers could not be looked through; it is tried again", ex);
        }
    }

}

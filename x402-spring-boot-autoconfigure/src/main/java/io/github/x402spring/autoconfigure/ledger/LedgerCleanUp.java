package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.jdbc.JdbcPaymentLedger;

/**
 * Deletes records of settled payments when they are old enough, once an hour. It does no
 * harm that each instance does it.
 */
final class LedgerCleanUp implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(LedgerCleanUp.class);

    private final JdbcPaymentLedger ledger;

    private final Duration retention;

    private @Nullable ScheduledExecutorService executor;

    LedgerCleanUp(JdbcPaymentLedger ledger, Duration retention) {
        this.ledger = ledger;
        this.retention = retention;
    }

    @Override
    public void start() {
        ScheduledExecutorService executor = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("x402-ledger-clean-up").factory());
        executor.scheduleWithFixedDelay(this::cleanUp, 1, 60, TimeUnit.MINUTES);
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

    void cleanUp() {
        try {
            int deleted = this.ledger.deleteSettled(this.retention);
            logger.debug("{} payments were settled long ago and are forgotten", deleted);
        }
        catch (LedgerException | RuntimeException ex) {
            logger.warn("Old payments could not be deleted from the ledger", ex);
        }
    }

}

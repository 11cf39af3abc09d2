package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.jdbc.JdbcPaymentLedger;

/**
 * Takes up what dead instances left, and deletes records that are old enough. It does no
 * harm that each instance does it.
 */
final class LedgerMaintenance implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(LedgerMaintenance.class);

    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    /** Stops after the web server, when nobody works on a payment any more. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private final JdbcPaymentLedger ledger;

    private final X402LedgerProperties.Jdbc settings;

    private @Nullable ScheduledExecutorService executor;

    /** Of the one thread: a database that is down is told of once. */
    private boolean troubled;

    LedgerMaintenance(JdbcPaymentLedger ledger, X402LedgerProperties.Jdbc settings) {
        this.ledger = ledger;
        this.settings = settings;
    }

    @Override
    public void start() {
        ScheduledExecutorService executor = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("x402-ledger").factory());
        Duration half = this.settings.recoverAfter().dividedBy(2);
        long pause = (half.compareTo(MAX_PAUSE) < 0) ? half.toMillis() : MAX_PAUSE.toMillis();
        executor.scheduleWithFixedDelay(this::recover, 0, pause, TimeUnit.MILLISECONDS);
        executor.scheduleWithFixedDelay(this::deleteOld, 1, 60, TimeUnit.MINUTES);
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

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void recover() {
        try {
            int recovered = this.ledger.recover(this.settings.recoverAfter());
            if (recovered > 0) {
                logger.warn("{} payments were left by an instance that is gone, and can be presented again", recovered);
            }
            this.troubled = false;
        }
        catch (LedgerException | RuntimeException ex) {
            tellOnce(ex);
        }
    }

    private void deleteOld() {
        try {
            int deleted = this.ledger.deleteSettled(this.settings.retention());
            logger.debug("{} payments were settled long ago and are forgotten", deleted);
        }
        catch (LedgerException | RuntimeException ex) {
            tellOnce(ex);
        }
    }

    private void tellOnce(Exception ex) {
        if (!this.troubled) {
            logger.warn("The payment ledger could not be looked through", ex);
        }
        this.troubled = true;
    }

}

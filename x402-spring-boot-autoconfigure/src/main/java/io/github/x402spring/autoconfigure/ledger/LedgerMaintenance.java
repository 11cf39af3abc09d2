package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.gate.Reconciler;
import io.github.x402spring.gate.SettlementReview;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.RecoverableLedger;

/**
 * Takes up what dead instances left, asks what became of it, and does chores. It does no
 * harm that each instance does it.
 */
final class LedgerMaintenance implements SmartLifecycle, SettlementReview {

    private static final Logger logger = LoggerFactory.getLogger(LedgerMaintenance.class);

    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    /** Stops after the web server, when nobody works on a payment any more. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private final RecoverableLedger ledger;

    private final @Nullable Reconciler reconciler;

    private final X402LedgerProperties settings;

    private final List<LedgerChore> chores;

    private volatile @Nullable ScheduledExecutorService executor;

    /** A database that is down is told of once. */
    private volatile boolean troubled;

    LedgerMaintenance(RecoverableLedger ledger, @Nullable Reconciler reconciler, List<LedgerChore> chores,
            X402LedgerProperties settings) {
        this.ledger = ledger;
        this.reconciler = reconciler;
        this.settings = settings;
        this.chores = List.copyOf(chores);
    }

    @Override
    public void start() {
        // Two, because asking about settlements may take long.
        ScheduledExecutorService executor = Executors.newScheduledThreadPool(2,
                Thread.ofPlatform().daemon().name("x402-ledger-", 1).factory());
        schedule(executor, half(this.settings.recoverAfter()), this::recover);
        if (this.reconciler != null) {
            Reconciler reconciler = this.reconciler;
            schedule(executor, half(this.settings.reconcileInterval()), () -> reconcile(reconciler));
        }
        this.chores.forEach((chore) -> schedule(executor, Duration.ofHours(1), chore));
        this.executor = executor;
    }

    private void schedule(ScheduledExecutorService executor, Duration pause, LedgerChore chore) {
        executor.scheduleWithFixedDelay(() -> run(chore), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Duration half(Duration duration) {
        Duration half = duration.dividedBy(2);
        return (half.compareTo(MAX_PAUSE) < 0) ? half : MAX_PAUSE;
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

    @Override
    public boolean begin() {
        Reconciler reconciler = this.reconciler;
        ScheduledExecutorService executor = this.executor;
        if (reconciler == null || executor == null) {
            return false;
        }
        executor.execute(() -> run(() -> reconcile(reconciler)));
        return true;
    }

    private void recover() throws LedgerException {
        int recovered = this.ledger.recover(this.settings.recoverAfter());
        if (recovered > 0) {
            logger.warn("{} payments were left by an instance that is gone, and can be presented again", recovered);
        }
        this.troubled = false;
    }

    private void reconcile(Reconciler reconciler) throws LedgerException {
        int ended = reconciler.reconcile();
        if (ended > 0) {
            logger.info("It is known now what became of {} payments", ended);
        }
    }

    private void run(LedgerChore chore) {
        try {
            chore.run();
        }
        catch (LedgerException | RuntimeException ex) {
            if (!this.troubled) {
                logger.warn("The payment ledger could not be looked through", ex);
            }
            this.troubled = true;
        }
    }

}

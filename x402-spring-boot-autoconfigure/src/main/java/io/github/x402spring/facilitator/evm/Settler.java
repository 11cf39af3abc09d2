package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.facilitator.evm.EvmChain.Snapshot;
import io.github.x402spring.facilitator.evm.Transfer.Outcome;
import io.github.x402spring.facilitator.evm.Transfer.Sent;

/**
 * Settlement of transfers on one network. One thread owns the relayers, their nonces and
 * all transfers in flight, so that no lock is needed; callers submit a transfer and wait
 * for its outcome.
 * <p>
 * A transaction that may have been sent is never given up: it is sent again until the
 * chain has used its nonce, and its outcome is read from the chain alone.
 */
final class Settler implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Settler.class);

    private static final int MAX_SUBMITTED = 10_000;

    /**
     * Looks after which a missing transaction counts as gone: nodes may be behind one
     * another.
     */
    private static final int PATIENCE = 3;

    private static final Duration IDLE = Duration.ofSeconds(30);

    /** Poll intervals between looks while no transfer is in flight. */
    private static final int WATCHING = 10;

    private final EvmChain chain;

    private final EvmNetworkSettings settings;

    private final Sender sender;

    private final InstantSource clock;

    private final TransferJudge judge;

    private final SettlementWatch watch;

    private final RevertBudget budget;

    private final BlockingQueue<Transfer> submitted = new ArrayBlockingQueue<>(MAX_SUBMITTED);

    private final Set<Transfer> unsent = new LinkedHashSet<>();

    /**
     * A transfer stays here when it is to be sent anew: its transactions may be mined.
     */
    private final Set<Transfer> inFlight = new LinkedHashSet<>();

    private final Thread thread;

    private @Nullable Snapshot snapshot;

    private Instant lookedAt = Instant.EPOCH;

    private boolean disconnected;

    private volatile @Nullable String obstacle;

    private volatile boolean closed;

    Settler(EvmChain chain, EvmNetworkSettings settings, Sender sender, TransferJudge judge, SettlementWatch watch,
            RevertBudget budget, InstantSource clock) {
        this.chain = chain;
        this.settings = settings;
        this.sender = sender;
        this.judge = judge;
        this.watch = watch;
        this.budget = budget;
        this.clock = clock;
        this.thread = Thread.ofPlatform()
            .daemon()
            .name("x402-settler-" + settings.network().reference())
            .unstarted(this::run);
    }

    void start() {
        this.thread.start();
    }

    /**
     * Accepts a transfer.
     * @return whether there was room for it
     */
    boolean submit(Transfer transfer) {
        return !this.closed && this.submitted.offer(transfer);
    }

    /**
     * Returns the reason for which nothing can be sent now; {@code null} if there is
     * none.
     */
    @Nullable String obstacle() {
        return this.obstacle;
    }

    List<RelayerStatus> relayers() {
        return this.sender.relayers().stream().map(Relayer::status).toList();
    }

    @Override
    public void close() {
        this.closed = true;
        this.thread.interrupt();
        this.chain.close();
    }

    private void run() {
        while (!this.closed) {
            try {
                Transfer next = this.submitted.poll(pause().toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    this.unsent.add(next);
                }
                step();
                this.disconnected = false;
            }
            catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
                return;
            }
            catch (IOException ex) {
                logOnce(ex);
            }
            catch (RuntimeException ex) {
                // The message of an unforeseen exception may quote a transaction.
                logger.error("Settling on {} failed: {}", this.settings.network(), ex.getClass().getName());
                this.lookedAt = Instant.EPOCH;
            }
        }
    }

    private Duration pause() {
        if (this.snapshot == null) {
            return this.disconnected ? this.settings.pollInterval() : Duration.ZERO;
        }
        if (!this.inFlight.isEmpty() || !this.unsent.isEmpty() || this.sender.isBusy()) {
            return this.settings.pollInterval();
        }
        return (this.watch.isEmpty() && this.obstacle == null) ? IDLE
                : this.settings.pollInterval().multipliedBy(WATCHING);
    }

    /**
     * Collects submitted transfers, reads the chain when it is time, and sends what can
     * be sent.
     */
    void step() throws IOException {
        this.submitted.drainTo(this.unsent);
        Instant now = this.clock.instant();
        Snapshot present = this.snapshot;
        if (present == null || !now.isBefore(this.lookedAt.plus(this.settings.pollInterval()))) {
            present = look();
            this.snapshot = present;
            this.lookedAt = now;
        }
        for (Iterator<Transfer> transfers = this.unsent.iterator(); transfers.hasNext();) {
            Transfer transfer = transfers.next();
            if (transfer.isWithdrawn() || this.judge.expire(transfer, present.head())) {
                transfers.remove();
                if (!this.inFlight.contains(transfer)) {
                    this.budget.end(transfer, BigInteger.ZERO);
                }
                continue;
            }
            if (!this.budget.hold(transfer)) {
                logger.debug("A transfer of a contract wallet waits for others");
                continue;
            }
            switch (this.sender.send(transfer, present)) {
                case SENT -> {
                    this.inFlight.add(transfer);
                    transfers.remove();
                }
                case REFUSED -> {
                    transfers.remove();
                    this.budget.end(transfer, BigInteger.ZERO);
                }
                case LATER -> logger.debug("A transfer waits for a relayer");
            }
        }
        this.sender.fillGaps(present);
    }

    private Snapshot look() throws IOException {
        List<String> hashes = new ArrayList<>();
        this.inFlight.forEach((transfer) -> transfer.attempts().forEach((attempt) -> hashes.add(attempt.hash())));
        Snapshot previous = this.snapshot;
        Snapshot present = this.chain.look(this.sender.addresses(), hashes,
                (previous != null) ? previous.head().number() : null);
        this.obstacle = this.sender.update(present);
        Map<String, TransactionReceipt> receipts = new HashMap<>();
        for (int i = 0; i < hashes.size(); i++) {
            TransactionReceipt receipt = present.receipts().get(i);
            if (receipt != null) {
                receipts.put(hashes.get(i), receipt);
            }
        }
        for (Transfer transfer : List.copyOf(this.inFlight)) {
            follow(transfer, receipts, present);
        }
        this.sender.sendAgain(present);
        for (Transfer transfer : this.sender.lookForGaps(present)) {
            if (this.inFlight.contains(transfer)) {
                this.unsent.add(transfer);
            }
        }
        boolean reorganized = previous != null && !previous.head().hash().equals(present.knownHash());
        this.watch.look(present.head(), reorganized).forEach(this::resume);
        return present;
    }

    private void follow(Transfer transfer, Map<String, TransactionReceipt> receipts, Snapshot present)
            throws IOException {
        for (Sent each : transfer.sent()) {
            TransactionReceipt receipt = receipts.get(each.attempt().hash());
            if (receipt != null) {
                if (this.judge.conclude(transfer, receipt, present.head())) {
                    each.relayer().settled(each.attempt());
                    this.budget.end(transfer, burnt(transfer, receipt));
                    this.inFlight.remove(transfer);
                    this.unsent.remove(transfer);
                }
                return;
            }
        }
        if (!transfer.isPassed()) {
            transfer.found();
            this.judge.expire(transfer, present.head());
        }
        else if (!this.unsent.contains(transfer) && transfer.countMissing() >= PATIENCE
                && this.judge.replaced(transfer, present.head())) {
            if (transfer.outcome().isDone() && !transfer.reorganized()) {
                this.inFlight.remove(transfer);
                this.budget.end(transfer, BigInteger.ZERO);
            }
            else {
                this.unsent.add(transfer);
            }
        }
    }

    /**
     * Returns the gas that a payer burnt: none if the transaction came after another one
     * that paid.
     */
    private static BigInteger burnt(Transfer transfer, TransactionReceipt receipt) {
        boolean paid = transfer.outcome().getNow(null) instanceof Outcome.Paid;
        return (receipt.isStatusOK() || paid || receipt.getGasUsedRaw() == null) ? BigInteger.ZERO
                : receipt.getGasUsed();
    }

    /**
     * Resumes a settlement that the chain took back.
     */
    private void resume(Transfer transfer) {
        Sent latest = transfer.latest();
        if (latest == null) {
            this.unsent.add(transfer);
            return;
        }
        latest.relayer().giveAgain(SentTransaction.of(transfer, latest.attempt(), this.clock.instant()));
        this.inFlight.add(transfer);
    }

    private void logOnce(IOException ex) {
        if (!this.disconnected) {
            logger.warn("No node of {} replies: {}", this.settings.network(), RpcReplies.NodeError.described(ex));
        }
        this.disconnected = true;
        this.lookedAt = Instant.EPOCH;
    }

}

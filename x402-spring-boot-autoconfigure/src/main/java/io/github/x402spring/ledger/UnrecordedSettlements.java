package io.github.x402spring.ledger;

import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Holds what was settled and delivered while the place where a ledger is kept was out of
 * reach, until it can be recorded. Bounded, because afterwards nothing is reserved
 * either. Thread-safe.
 *
 * @since 0.1.0
 */
public final class UnrecordedSettlements {

    private static final int MAX_HELD = 10_000;

    private final Queue<Settlement> held = new LinkedBlockingQueue<>(MAX_HELD);

    /**
     * Records a settlement, and holds it if that fails.
     * @param recording records it
     * @param reservation what entitles the caller
     * @param transaction the transaction's hash
     * @throws LedgerException if it could not be recorded
     */
    public void record(Recording recording, Reservation reservation, String transaction) throws LedgerException {
        try {
            recording.record(reservation, transaction);
        }
        catch (LedgerException ex) {
            this.held.offer(new Settlement(reservation, transaction));
            throw ex;
        }
    }

    /**
     * Records what is held, until that fails again.
     * @param recording records it
     * @throws LedgerException if it could not be recorded
     */
    public void recordHeld(Recording recording) throws LedgerException {
        for (Settlement next = this.held.poll(); next != null; next = this.held.poll()) {
            record(recording, next.reservation(), next.transaction());
        }
    }

    /**
     * Records a settlement.
     */
    @FunctionalInterface
    public interface Recording {

        /**
         * Records that a payment was settled.
         * @param reservation what entitles the caller
         * @param transaction the transaction's hash
         * @throws LedgerException if it could not be recorded
         */
        void record(Reservation reservation, String transaction) throws LedgerException;

    }

    private record Settlement(Reservation reservation, String transaction) {
    }

}

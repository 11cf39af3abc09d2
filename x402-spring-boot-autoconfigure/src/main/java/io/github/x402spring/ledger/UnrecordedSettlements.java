package io.github.x402spring.ledger;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Records settlements, and holds what was settled and delivered while the place where a
 * ledger is kept was out of reach, until it can be recorded. Bounded, because afterwards
 * nothing is reserved either. Thread-safe.
 *
 * @since 0.1.0
 */
public final class UnrecordedSettlements {

    private static final int MAX_HELD = 10_000;

    private final Queue<Settlement> held = new LinkedBlockingQueue<>(MAX_HELD);

    private final Recording recording;

    private final DeliveryLog deliveries;

    /**
     * Creates an instance that holds nothing.
     * @param recording records a settlement
     * @param deliveries is told of what is about to be delivered, and of what was
     */
    public UnrecordedSettlements(Recording recording, DeliveryLog deliveries) {
        this.recording = Objects.requireNonNull(recording, "'recording' must not be null");
        this.deliveries = Objects.requireNonNull(deliveries, "'deliveries' must not be null");
    }

    /**
     * Records a settlement whose answer is about to be delivered, and holds it if that
     * fails.
     * @param reservation what entitles the caller
     * @param transaction the transaction's hash
     * @throws LedgerException if it could not be recorded
     */
    public void record(Reservation reservation, String transaction) throws LedgerException {
        if (recorded(new Settlement(reservation, transaction))) {
            this.deliveries.began(reservation);
        }
    }

    /**
     * Records what is held, until that fails again. It was delivered meanwhile, whoever
     * else finds it settled.
     * @throws LedgerException if it could not be recorded
     */
    public void recordHeld() throws LedgerException {
        for (Settlement next = this.held.poll(); next != null; next = this.held.poll()) {
            recorded(next);
            this.deliveries.delivered(next.reservation());
        }
    }

    private boolean recorded(Settlement settlement) throws LedgerException {
        try {
            return this.recording.record(settlement.reservation(), settlement.transaction());
        }
        catch (LedgerException ex) {
            this.held.offer(settlement);
            throw ex;
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
         * @return whether the reservation was good
         * @throws LedgerException if it could not be recorded
         */
        boolean record(Reservation reservation, String transaction) throws LedgerException;

    }

    private record Settlement(Reservation reservation, String transaction) {
    }

}

package io.github.x402spring.ledger;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

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
     * Records a settlement whose response is about to be delivered, and holds it if that
     * fails.
     * @param reservation entitles the caller
     * @param transaction the transaction's hash
     * @param responseDigest the digest of the response, or {@code null} if there is none
     * @return whether it was recorded, so that the response may be delivered
     * @throws LedgerException if it could not be recorded
     */
    public boolean record(Reservation reservation, String transaction, @Nullable String responseDigest)
            throws LedgerException {
        boolean recorded = recorded(new Settlement(reservation, transaction, responseDigest));
        if (recorded) {
            this.deliveries.began(reservation);
        }
        return recorded;
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
            return this.recording.record(settlement.reservation(), settlement.transaction(),
                    settlement.responseDigest());
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
         * @param reservation entitles the caller
         * @param transaction the transaction's hash
         * @param responseDigest the digest of the response, or {@code null} if there is
         * none
         * @return whether it was recorded
         * @throws LedgerException if it could not be recorded
         */
        boolean record(Reservation reservation, String transaction, @Nullable String responseDigest)
                throws LedgerException;

    }

    private record Settlement(Reservation reservation, String transaction, @Nullable String responseDigest) {
    }

}

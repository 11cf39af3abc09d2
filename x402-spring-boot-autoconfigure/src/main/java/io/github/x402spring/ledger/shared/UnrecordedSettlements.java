package io.github.x402spring.ledger.shared;

import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.shared.DeliveryLog.Kind;

/**
 * Recorder of settlements, which holds what was settled while the store of a ledger was
 * unavailable until it can be recorded, and with it what was reported of the delivery
 * meanwhile. Bounded, because afterwards nothing is reserved either. Thread-safe.
 *
 * @since 0.1.0
 */
public final class UnrecordedSettlements {

    private static final int MAX_HELD = 10_000;

    private final Queue<Settlement> held = new LinkedBlockingQueue<>(MAX_HELD);

    /** By the token of the reservation; as long as it is held or being recorded. */
    private final Map<String, Settlement> open = new ConcurrentHashMap<>();

    private final Recording recording;

    private final DeliveryLog deliveries;

    /**
     * Creates an instance that holds nothing.
     * @param recording records a settlement
     * @param deliveries is notified of what is about to be delivered, and of the end of
     * deliveries
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
        Settlement settlement = new Settlement(reservation, transaction, responseDigest);
        boolean recorded;
        try {
            recorded = record(settlement);
        }
        catch (LedgerException | RuntimeException ex) {
            this.open.put(reservation.token(), settlement);
            hold(settlement);
            throw ex;
        }
        if (recorded) {
            this.deliveries.began(reservation);
        }
        return recorded;
    }

    /**
     * Records what is held, until that fails again, and what was reported of each
     * delivery meanwhile.
     * @throws LedgerException if it could not be recorded
     */
    public void recordHeld() throws LedgerException {
        for (Settlement next = this.held.poll(); next != null; next = this.held.poll()) {
            boolean recorded;
            try {
                recorded = record(next);
            }
            catch (LedgerException | RuntimeException ex) {
                hold(next);
                throw ex;
            }
            if (recorded) {
                this.deliveries.began(next.reservation());
            }
            // Whoever reports from now on reports to the log.
            Kind end = next.close();
            this.open.remove(next.reservation().token());
            // Counts only while the token is that of the reservation, whoever settled it.
            if (end != null) {
                report(next.reservation(), end);
            }
        }
    }

    /**
     * Notes that a whole response was delivered, as soon as its settlement is recorded.
     * @param reservation the payment
     */
    public void delivered(Reservation reservation) {
        ended(reservation, Kind.DELIVERED);
    }

    /**
     * Notes that a response was not delivered in full, as soon as its settlement is
     * recorded.
     * @param reservation the payment
     * @param bodyBegun whether a byte of the body was handed to the container
     */
    public void undelivered(Reservation reservation, boolean bodyBegun) {
        ended(reservation, bodyBegun ? Kind.BROKEN : Kind.LOST);
    }

    private void ended(Reservation reservation, Kind kind) {
        Settlement settlement = this.open.get(reservation.token());
        if (settlement == null || !settlement.end(kind)) {
            report(reservation, kind);
        }
    }

    private void report(Reservation reservation, Kind kind) {
        if (kind == Kind.DELIVERED) {
            this.deliveries.delivered(reservation);
        }
        else {
            this.deliveries.lost(reservation, kind == Kind.BROKEN);
        }
    }

    private boolean record(Settlement settlement) throws LedgerException {
        return this.recording.record(settlement.reservation(), settlement.transaction(), settlement.responseDigest());
    }

    private void hold(Settlement settlement) {
        if (!this.held.offer(settlement)) {
            settlement.close();
            this.open.remove(settlement.reservation().token());
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

    private static final class Settlement {

        private final Reservation reservation;

        private final String transaction;

        private final @Nullable String responseDigest;

        private @Nullable Kind end;

        private boolean closed;

        Settlement(Reservation reservation, String transaction, @Nullable String responseDigest) {
            this.reservation = reservation;
            this.transaction = transaction;
            this.responseDigest = responseDigest;
        }

        Reservation reservation() {
            return this.reservation;
        }

        String transaction() {
            return this.transaction;
        }

        @Nullable String responseDigest() {
            return this.responseDigest;
        }

        /** Returns whether the end was noted. */
        synchronized boolean end(Kind kind) {
            if (!this.closed) {
                this.end = kind;
            }
            return !this.closed;
        }

        /** Returns the end that was noted; none is noted from now on. */
        synchronized @Nullable Kind close() {
            this.closed = true;
            return this.end;
        }

    }

}

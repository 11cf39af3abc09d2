package io.github.x402spring.ledger.shared;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.shared.DeliveryLog.Kind;

/**
 * Recorder of settlements, which holds what was settled while the store of a ledger was
 * unavailable until it can be recorded, and with it what was reported of the delivery
 * meanwhile. Bounded, because afterwards nothing is reserved either. Thread-safe.
 */
final class UnrecordedSettlements {

    private static final int MAX_HELD = 10_000;

    private final Queue<Settlement> held = new LinkedBlockingQueue<>(MAX_HELD);

    /** Settlements that are held or being recorded, by the token of the reservation. */
    private final Map<String, Settlement> open = new ConcurrentHashMap<>();

    private final Recording recording;

    private final DeliveryLog deliveries;

    UnrecordedSettlements(Recording recording, DeliveryLog deliveries) {
        this.recording = recording;
        this.deliveries = deliveries;
    }

    /**
     * Records a settlement whose response is about to be delivered, and holds it if that
     * fails.
     * @return whether it was recorded, so that the response may be delivered
     */
    boolean record(Reservation reservation, String transaction, @Nullable String responseDigest) {
        Settlement settlement = new Settlement(reservation, transaction, responseDigest);
        try {
            return record(settlement);
        }
        catch (RuntimeException ex) {
            this.open.put(reservation.token(), settlement);
            hold(settlement);
            throw ex;
        }
    }

    /**
     * Records what is held, until that fails again, and what was reported of each
     * delivery meanwhile.
     */
    void recordHeld() {
        for (Settlement next = this.held.poll(); next != null; next = this.held.poll()) {
            try {
                record(next);
            }
            catch (RuntimeException ex) {
                hold(next);
                throw ex;
            }
            // From now on, reports go to the log.
            Kind end = next.close();
            this.open.remove(next.reservation.token());
            // Counts only while the token is that of the reservation, even if another
            // instance settled it.
            if (end != null) {
                this.deliveries.ended(next.reservation, end);
            }
        }
    }

    private boolean record(Settlement settlement) {
        boolean recorded = this.recording.record(settlement.reservation, settlement.transaction,
                settlement.responseDigest);
        if (recorded) {
            this.deliveries.began(settlement.reservation);
        }
        return recorded;
    }

    /** Notes the end of a delivery as soon as its settlement is recorded. */
    void ended(Reservation reservation, Kind kind) {
        Settlement settlement = this.open.get(reservation.token());
        if (settlement == null || !settlement.end(kind)) {
            this.deliveries.ended(reservation, kind);
        }
    }

    private void hold(Settlement settlement) {
        if (!this.held.offer(settlement)) {
            settlement.close();
            this.open.remove(settlement.reservation.token());
        }
    }

    /** Records a settlement, and returns whether it was recorded. */
    @FunctionalInterface
    interface Recording {

        boolean record(Reservation reservation, String transaction, @Nullable String responseDigest);

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

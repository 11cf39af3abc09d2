package io.github.x402spring.ledger;

import java.util.List;
import java.util.Optional;

/**
 * Remembers what subjects have spent, so that limits hold for all instances that share
 * it. Declare a bean of this type to replace the one that goes with the payment ledger.
 * <p>
 * What is reserved is a lease: unless it is committed in time, it is given back by
 * itself, so that an instance that dies leaves nothing behind. Every method is atomic and
 * thread-safe.
 *
 * @since 0.1.0
 */
public interface ExposureLedger {

    /**
     * Takes from several limits, or from none of them.
     * @param exposures what to take; no two from the same counter
     * @return what became of it
     * @throws LedgerException if the ledger could not say, or has no room
     */
    ExposureResult reserve(List<Exposure> exposures) throws LedgerException;

    /**
     * Makes a reservation count whatever becomes of its holder. Called before the payment
     * is sent to be settled.
     * @param reservation what entitles the caller
     * @return the committed reservation, or empty if the lease has run out
     * @throws LedgerException if the ledger could not say
     */
    Optional<ExposureReservation> commit(ExposureReservation reservation) throws LedgerException;

    /**
     * Gives back what was taken for a payment that was certainly not settled. To be
     * called once.
     * @param reservation what entitles the caller
     * @throws LedgerException if it could not be recorded
     */
    void giveBack(ExposureReservation reservation) throws LedgerException;

    /**
     * Remembers which payment something was taken for, because its settlement is unknown
     * and will be decided by another request or instance. To be called once for each
     * payment. A ledger that leaves this as it is keeps what was taken until the windows
     * of the limits are over.
     * @param payment the payment
     * @param committed what was taken for it
     * @throws LedgerException if it could not be recorded
     */
    default void hold(PaymentKey payment, ExposureReservation committed) throws LedgerException {
    }

    /**
     * Gives back what was taken for a payment whose settlement was unknown and that was
     * not settled. Does nothing if nothing is held for it, or if it was given back.
     * @param payment the payment
     * @throws LedgerException if it could not be recorded
     */
    default void giveBack(PaymentKey payment) throws LedgerException {
    }

}

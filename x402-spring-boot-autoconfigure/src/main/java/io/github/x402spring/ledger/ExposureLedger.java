package io.github.x402spring.ledger;

import java.util.List;
import java.util.Optional;

/**
 * Remembers what subjects have spent, so that limits hold for all instances that share
 * it. Declare a bean of this type to replace the one that goes with the payment ledger.
 * <p>
 * What is reserved is a lease: unless it is committed in time, it is given back by
 * itself, so that an instance that dies leaves nothing behind. Every method is atomic and
 * thread-safe, and throws a {@link LedgerException} if the ledger is unavailable or has
 * no room.
 *
 * @since 0.1.0
 */
public interface ExposureLedger {

    /**
     * Takes from several limits, or from none of them.
     * @param exposures what to take; no two from the same counter
     * @return what became of it
     */
    ExposureResult reserve(List<Exposure> exposures);

    /**
     * Makes a reservation count whatever becomes of its holder. Called before the payment
     * is sent to be settled.
     * @param reservation what entitles the caller
     * @return the committed reservation, or empty if the lease has run out
     */
    Optional<ExposureResult.Reserved> commit(ExposureResult.Reserved reservation);

    /**
     * Gives back what was taken for a payment that was certainly not settled. To be
     * called once.
     * @param reservation what entitles the caller
     */
    void giveBack(ExposureResult.Reserved reservation);

    /**
     * Remembers which payment something was taken for, because its settlement is unknown
     * and will be decided by another request or instance. To be called once for each
     * payment. A ledger that leaves this as it is keeps what was taken until the windows
     * of the limits are over.
     * @param payment the payment
     * @param committed what was taken for it
     */
    default void hold(PaymentKey payment, ExposureResult.Reserved committed) {
    }

    /**
     * Gives back what was taken for a payment whose settlement was unknown and that was
     * not settled. Does nothing if nothing is held for it, or if it was given back.
     * @param payment the payment
     */
    default void giveBack(PaymentKey payment) {
    }

}

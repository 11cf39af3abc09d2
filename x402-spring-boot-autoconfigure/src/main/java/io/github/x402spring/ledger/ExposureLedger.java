package io.github.x402spring.ledger;

import java.util.List;
import java.util.Optional;

/**
 * Store of what subjects have spent, so that limits hold for all instances that share it.
 * Declare a bean of this type to replace the one that goes with the payment ledger.
 * <p>
 * A reservation is a lease: unless it is committed in time, it lapses, so that an
 * instance that dies leaves nothing behind. Every method is atomic and thread-safe, and
 * throws a {@link LedgerException} if the ledger is unavailable or has no room.
 *
 * @since 0.1.0
 */
public interface ExposureLedger {

    /**
     * Takes from several limits, or from none of them.
     * @param exposures what to take; no two from the same counter
     * @return the outcome
     */
    ExposureResult reserve(List<Exposure> exposures);

    /**
     * Commits a reservation, so that it counts even if its holder dies. Called before the
     * payment is sent to be settled.
     * @param reservation the reservation
     * @return the committed reservation, or empty if the lease has run out
     */
    Optional<ExposureResult.Reserved> commit(ExposureResult.Reserved reservation);

    /**
     * Gives back what was taken for a payment that was certainly not settled. Called
     * once.
     * @param reservation the reservation
     */
    void giveBack(ExposureResult.Reserved reservation);

    /**
     * Records the payment of a reservation, because its settlement is unknown and another
     * request or instance will decide it. Called once for each payment. By default, the
     * reservation counts until the windows of the limits are over.
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

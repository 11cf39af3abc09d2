package io.github.x402spring.ledger;

import java.util.Optional;

/**
 * Remembers which payment was used for which request, so that one payment gives one
 * grant. Declare a bean of this type to replace the configured one.
 * <p>
 * Every method is atomic and thread-safe. A ledger never forgets a payment that was
 * settled, or may have been, while its authorization could still be presented.
 *
 * @since 0.1.0
 */
public interface PaymentLedger {

    /**
     * Binds a payment to a request, if it is free. A payment whose settlement is unknown
     * is free for the request it was bound to, and then resumed. Of several
     * authorizations for a purchase that its client named, one is bound at a time; what
     * became of that one is the answer to the others.
     * @param claim the payment and the request
     * @return what became of it
     * @throws LedgerException if the ledger could not say
     */
    ReserveResult reserve(PaymentClaim claim) throws LedgerException;

    /**
     * Records that the payment is about to be sent to be settled. Called before it is.
     * @param reservation what entitles the caller
     * @return whether the payment may be sent; {@code false} if the reservation is void
     * @throws LedgerException if the ledger could not say
     */
    boolean settling(Reservation reservation) throws LedgerException;

    /**
     * Records that the payment was settled.
     * @param reservation what entitles the caller
     * @param transaction the transaction's hash
     * @throws LedgerException if it could not be recorded
     */
    void settled(Reservation reservation, String transaction) throws LedgerException;

    /**
     * Records that the whole answer was delivered, after {@link #settled} or to end a
     * {@link ReserveResult.Undelivered}. Waits for nothing; may be lost with the process,
     * and then the answer may be asked for again. Does nothing if the reservation is
     * void.
     * @param reservation what entitles the caller
     */
    void delivered(Reservation reservation);

    /**
     * Records that the answer was not delivered, or not all of it, so that the payment
     * can be presented again without being settled again. Waits for nothing. Does nothing
     * if the reservation is void.
     * @param reservation what entitles the caller
     */
    void undelivered(Reservation reservation);

    /**
     * Records that the outcome of the settlement is not known.
     * @param reservation what entitles the caller
     * @param transaction the transaction's hash, or the empty string if there is none
     * @throws LedgerException if it could not be recorded
     */
    void unknown(Reservation reservation, String transaction) throws LedgerException;

    /**
     * Frees a payment that was certainly not settled. A resumed one becomes unknown again
     * instead. Does nothing if the reservation is void.
     * @param reservation what entitles the caller
     * @throws LedgerException if it could not be recorded
     */
    void release(Reservation reservation) throws LedgerException;

    /**
     * Looks up a payment.
     * @param key the payment
     * @return its state, or empty if the ledger does not know it
     * @throws LedgerException if the ledger could not say
     */
    Optional<PaymentState> find(PaymentKey key) throws LedgerException;

}

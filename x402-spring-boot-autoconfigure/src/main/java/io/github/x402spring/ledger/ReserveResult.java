package io.github.x402spring.ledger;

/**
 * Is what became of an attempt to reserve a payment.
 *
 * @since 0.1.0
 */
public sealed interface ReserveResult {

    /**
     * The payment is the caller's to use.
     *
     * @param reservation what entitles the caller
     */
    record Reserved(Reservation reservation) implements ReserveResult {
    }

    /**
     * Another request is using the payment, or its answer is being delivered.
     */
    record InFlight() implements ReserveResult {
    }

    /**
     * The payment was sent to be settled for another request, and the outcome is unknown;
     * or the client gave the name of this purchase to another one.
     */
    record BoundElsewhere() implements ReserveResult {
    }

    /**
     * Another authorization was sent to be settled for the same purchase, and the outcome
     * is unknown: this one must not be.
     */
    record Pending() implements ReserveResult {
    }

    /**
     * The payment is used up.
     *
     * @param key the payment; another one than was claimed if the purchase was paid for
     * by that
     * @param sameRequest whether it was used for this very request
     * @param transaction the transaction's hash
     */
    record Used(PaymentKey key, boolean sameRequest, String transaction) implements ReserveResult {
    }

    /**
     * The payment was settled for this very request, and the answer was not delivered. It
     * is the caller's to deliver.
     *
     * @param reservation what entitles the caller, to be ended by
     * {@link PaymentLedger#delivered} or {@link PaymentLedger#undelivered}; of another
     * payment than was claimed if the purchase was paid for by that
     * @param transaction the transaction's hash
     * @param begun whether an answer had been on its way before; not so if it became
     * known later only that the payment was settled
     */
    record Undelivered(Reservation reservation, String transaction, boolean begun) implements ReserveResult {
    }

    /**
     * The ledger has no room. It refuses rather than forget.
     */
    record Full() implements ReserveResult {
    }

}

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
     * Another request is using the payment.
     */
    record InFlight() implements ReserveResult {
    }

    /**
     * The payment was sent to be settled for another request, and the outcome is unknown.
     */
    record BoundElsewhere() implements ReserveResult {
    }

    /**
     * The payment is used up.
     *
     * @param sameRequest whether it was used for this very request
     */
    record Used(boolean sameRequest) implements ReserveResult {
    }

    /**
     * The ledger has no room. It refuses rather than forget.
     */
    record Full() implements ReserveResult {
    }

}

package io.github.x402spring.ledger;

/**
 * State of a payment in the ledger.
 *
 * @since 0.1.0
 */
public enum PaymentState {

    /** Bound to a request in flight; nothing was sent to settle it. */
    RESERVED,

    /** Sent to be settled; no reply yet. */
    SETTLING,

    /** Settled and used up. */
    SETTLED,

    /** Sent to be settled; the outcome is unknown and may still change. */
    UNKNOWN,

    /**
     * Sent to be settled; the authorization has expired and no facilitator and no chain
     * could say whether it was. Final, unless an operator finds out: the payment is not
     * accepted again.
     */
    UNRESOLVED,

    /**
     * The authorization was used by a transfer that does not belong to this reservation.
     * Final: nothing is delivered for it.
     */
    USED_ELSEWHERE,

    /** Not settled and free to be presented again. */
    RELEASED;

    /**
     * Returns whether an operator may end the payment.
     * @return whether it is {@link #UNKNOWN} or {@link #UNRESOLVED}
     */
    public boolean resolvable() {
        return this == UNKNOWN || this == UNRESOLVED;
    }

    /**
     * Returns whether the payment ended without being settled for its request and without
     * being free again.
     * @return whether it is {@link #UNRESOLVED} or {@link #USED_ELSEWHERE}
     */
    public boolean ended() {
        return this == UNRESOLVED || this == USED_ELSEWHERE;
    }

}

package io.github.x402spring.ledger;

/**
 * Is the state of a payment in the ledger.
 *
 * @since 0.1.0
 */
public enum PaymentState {

    /** Bound to a request that is being worked on; nothing was sent to settle it. */
    RESERVED,

    /** Sent to be settled; no answer yet. */
    SETTLING,

    /** Settled and used up. */
    SETTLED,

    /** Sent to be settled; whether it was is not known. */
    UNKNOWN,

    /** Not settled and free to be presented again. */
    RELEASED

}

package io.github.x402spring.gate;

/**
 * Choice of who proves a payment before the handler runs. With each, a payment is
 * compared with our own terms here, and an unproved payment is not settled.
 *
 * @since 0.1.0
 */
public enum Verification {

    /**
     * A payment whose signature is proved here is not sent to be verified: what only a
     * chain knows, such as the payer's balance, comes to light when the payment is
     * settled. The facilitator verifies the others.
     */
    LOCAL,

    /**
     * The facilitator proves signatures. Where it is not asked, for payments that are
     * settled first, presented again or expired, they are proved here all the same.
     */
    REMOTE,

    /** Signatures are proved here, and then the facilitator verifies the payment. */
    BOTH

}

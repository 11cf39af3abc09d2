package io.github.x402spring.test;

/**
 * Reply of {@link MockFacilitator} when a payment that it called pending is presented to
 * it again.
 *
 * @since 0.1.0
 * @see FacilitatorScript#settlesPendingThen
 */
public enum SettlementReply {

    /** The money moves, and the reply says so. */
    SETTLED,

    /** The transaction failed: the money never moves. */
    FAILED,

    /** Nothing is decided yet. */
    PENDING,

    /** The money moves, and the reply gets lost. */
    LOST

}

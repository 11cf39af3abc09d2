package io.github.x402spring.facilitator.evm;

import io.github.x402spring.protocol.Network;

/**
 * Event that the chain took back a settlement, or contradicts the facilitator that
 * reported it. Published as an application event, on a thread that listeners must not
 * block.
 *
 * @param kind what happened
 * @param network the network
 * @param asset the token's address in lower case
 * @param payer the payer's address in lower case
 * @param nonce the authorization's nonce in lower case
 * @param transaction hash of the transaction that counted as the settlement
 * @since 0.1.0
 */
public record SettlementEvent(Kind kind, Network network, String asset, String payer, String nonce,
        String transaction) {

    /**
     * Kind of event.
     */
    public enum Kind {

        /**
         * A reorganization of the chain took the transfer back. It is being sent again.
         */
        REORGANIZED,

        /** A transfer that was taken back was made again. */
        SETTLED_AGAIN,

        /**
         * A transfer was taken back and cannot be made again: the delivery is not paid.
         */
        LOST,

        /**
         * A facilitator named the transaction as a settlement, and the chain has no such
         * transfer: the delivery is not paid.
         */
        MISMATCH

    }

}

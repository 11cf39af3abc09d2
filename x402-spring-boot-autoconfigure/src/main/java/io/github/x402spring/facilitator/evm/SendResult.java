package io.github.x402spring.facilitator.evm;

import java.util.List;
import java.util.Locale;

import org.web3j.protocol.core.Response;

/**
 * Is what a node makes of a transaction that it is handed. Nodes have codes for none of
 * these, and their texts differ.
 */
enum SendResult {

    /** The node has it. */
    ACCEPTED(List.of("already known", "known transaction", "already imported", "already exists", "alreadyexists")),

    /** A transaction with this nonce is in a block. */
    NONCE_MINED(List.of("nonce too low", "nonce is too low", "oldnonce", "invalid nonce", "nonce has already been")),

    /** Another transaction with this nonce waits. */
    NONCE_TAKEN(List.of("replacement")),

    /** The node does not keep transactions that far ahead. */
    NONCE_AHEAD(List.of("nonce too high", "nonce is too distant", "noncegap", "nonce too far")),

    /** The relayer cannot pay for the gas. */
    NO_FUNDS(List.of("insufficient funds", "insufficientfunds", "doesn't have enough funds", "insufficient balance")),

    /** The node does not want it, for another reason. */
    REJECTED(List.of());

    private final List<String> phrases;

    SendResult(List<String> phrases) {
        this.phrases = phrases;
    }

    static SendResult of(Response.Error error) {
        String message = (error.getMessage() != null) ? error.getMessage().toLowerCase(Locale.ROOT) : "";
        for (SendResult result : values()) {
            if (result.phrases.stream().anyMatch(message::contains)) {
                return result;
            }
        }
        return REJECTED;
    }

}

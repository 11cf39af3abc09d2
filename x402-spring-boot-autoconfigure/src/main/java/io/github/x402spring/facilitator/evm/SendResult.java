package io.github.x402spring.facilitator.evm;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.web3j.protocol.core.Response;

/**
 * Meaning of a node's reply to a transaction. Nodes have no codes for these cases, and
 * their texts differ.
 * <p>
 * Only {@link #NO_FUNDS} and {@link #REJECTED} prove that the node does not have the
 * transaction. Their phrases must begin the node's message: after another error the same
 * words describe what preceded it.
 */
enum SendResult {

    /** The node has the transaction. */
    ACCEPTED(List.of("already known", "known transaction", "already imported", "already exists", "alreadyexists")),

    /** A transaction with this nonce is in a block; it may be this one. */
    NONCE_MINED(List.of("nonce too low", "nonce is too low", "oldnonce", "invalid nonce", "nonce has already been")),

    /** A transaction with this nonce waits; it may be this one. */
    NONCE_TAKEN(List.of("replacement")),

    /** The nonce is too far ahead for the node. */
    NONCE_AHEAD(List.of("nonce too high", "nonce is too distant", "noncegap", "nonce too far")),

    /** The relayer cannot pay for the gas. */
    NO_FUNDS(List.of("insufficient funds", "insufficientfunds", "insufficient balance", "insufficient sender balance",
            "sender doesn't have enough funds", "upfront cost exceeds account balance")),

    /**
     * The node rejected the transaction: too little gas for its data, malformed, for
     * another chain, or below its minimum fee.
     */
    REJECTED(List.of("intrinsic gas", "intrinsicgas", "insufficient gas for floor data gas", "rlp:", "invalid rlp",
            "typed transaction too short", "failed to decode signed transaction", "failed to decode transaction",
            "could not decode", "malformed transaction", "empty transaction data", "empty typed transaction",
            "transaction type not supported", "unsupported transaction type", "notsupportedtxtype",
            "invalid transaction type", "invalid sender", "invalid signature", "invalid transaction v, r, s",
            "invalid argument 0: ", "max priority fee per gas higher than max fee per gas", "invalid chain id",
            "invalid chainid", "invalidtxchainid", "wrong chain", "chain id mismatch",
            "incompatible eip155 transaction", "transaction underpriced", "underpriced", "fee too low", "feetoolow",
            "gas price too low", "max fee per gas less than block base fee", "fee cap less than block base fee",
            "gas price below configured minimum", "gas price below current base fee",
            "gasprice is less than the current basefee", "max priority fee per gas below configured minimum")),

    /** The node may have the transaction. */
    DOUBTFUL(List.of());

    /** An internal error may have happened after the node accepted the transaction. */
    private static final int INTERNAL_ERROR = -32603;

    private static final Pattern PREFIX = Pattern
        .compile("^(?:(?:internal_error|invalid transaction|transaction rejected|error|err): ){1,3}");

    private static final List<String> DOUBTS = List.of("time out", "timeout", "timed out", "deadline", "cancel",
            "connection", "unavailable");

    private final List<String> phrases;

    SendResult(List<String> phrases) {
        this.phrases = phrases;
    }

    static SendResult of(Response.Error error) {
        String text = (error.getMessage() != null) ? error.getMessage().strip().toLowerCase(Locale.ROOT) : "";
        for (SendResult result : List.of(ACCEPTED, NONCE_MINED, NONCE_TAKEN, NONCE_AHEAD)) {
            if (result.phrases.stream().anyMatch(text::contains)) {
                return result;
            }
        }
        String message = PREFIX.matcher(text).replaceFirst("");
        if (error.getCode() != INTERNAL_ERROR && DOUBTS.stream().noneMatch(message::contains)) {
            for (SendResult result : List.of(NO_FUNDS, REJECTED)) {
                if (result.phrases.stream().anyMatch(message::startsWith)) {
                    return result;
                }
            }
        }
        return DOUBTFUL;
    }

}

package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.core.methods.response.EthGetCode;

import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.protocol.ForeignText;

/**
 * Reader of replies of nodes. A reverted call is a result, too; any other error is none.
 */
final class RpcReplies {

    private static final int REVERTED = 3;

    private static final int MAX_TEXT = 200;

    /** A call may also run out of gas. */
    private static final List<String> FAILURES = List.of("revert", "out of gas", "gas required exceeds",
            "invalid opcode");

    private RpcReplies() {
    }

    static boolean isCode(Response<?> reply) throws IOException {
        String code = ((EthGetCode) checked(reply)).getCode();
        return code != null && code.length() > 2;
    }

    static @Nullable Boolean truth(Response<?> reply) throws IOException {
        String word = word(reply);
        return (word.length() == 66) ? TokenCalls.number(word).signum() > 0 : null;
    }

    static @Nullable BigInteger amount(Response<?> reply) throws IOException {
        String word = word(reply);
        return (word.length() == 66) ? TokenCalls.number(word) : null;
    }

    static @Nullable String text(Response<?> reply) throws IOException {
        String hex = word(reply);
        if (hex.length() < 2 + 3 * 64) {
            return null;
        }
        int length = TokenCalls.number("0x" + hex.substring(66, 130)).min(BigInteger.valueOf(256)).intValue();
        int end = Math.min(hex.length(), 130 + 2 * length);
        return new String(HexFormat.of().parseHex(hex, 130, end), StandardCharsets.UTF_8);
    }

    /**
     * Returns what a call returned; the empty string if it was reverted.
     */
    static String word(Response<?> reply) throws IOException {
        if (reverted(reply)) {
            return "";
        }
        String value = ((EthCall) checked(reply)).getValue();
        return (value != null) ? value : "";
    }

    static boolean reverted(Response<?> reply) {
        Response.Error error = reply.getError();
        return error != null && (error.getCode() == REVERTED || (error.getMessage() != null
                && FAILURES.stream().anyMatch(error.getMessage().toLowerCase(Locale.ROOT)::contains)));
    }

    /**
     * Checks whether an error says that the caller sends too many requests.
     */
    static boolean limited(Response<?> reply) {
        return NodeBusyException.isCode(reply.getError().getCode());
    }

    static Head head(Response<?> reply) throws IOException {
        EthBlock.Block block = (EthBlock.Block) checked(reply).getResult();
        if (block == null) {
            throw new IOException("The node has no latest block");
        }
        BigInteger baseFee = (block.getBaseFeePerGasRaw() != null) ? block.getBaseFeePerGas() : null;
        return new Head(block.getNumber(), block.getHash(), time(block), baseFee);
    }

    static Instant time(EthBlock.Block block) {
        return Instant.ofEpochSecond(block.getTimestamp().longValueExact());
    }

    static <T extends Response<?>> T checked(T reply) throws IOException {
        if (reply.hasError()) {
            throw new NodeError("The node replied with error " + reply.getError().getCode(), refusal(reply));
        }
        return reply;
    }

    /**
     * Returns the text of an error, for operators: a contract may have chosen it.
     * @return the text; the empty string if there is none
     */
    static String refusal(Response<?> reply) {
        Response.Error error = reply.getError();
        return (error != null) ? ForeignText.shown(error.getMessage(), MAX_TEXT) : "";
    }

    /**
     * Thrown when a node replies with an error where the call has no such outcome.
     */
    static final class NodeError extends IOException {

        private static final long serialVersionUID = 1L;

        private final String refusal;

        /**
         * Creates an exception.
         * @param message what happened
         * @param refusal the node's text, as operators may read it; empty if there is
         * none
         */
        NodeError(String message, String refusal) {
            super(message);
            this.refusal = refusal;
        }

        /**
         * Returns the text of a node; empty if the exception is another one. The message
         * has none, because it goes into messages that quote neither a payment nor a
         * reply.
         */
        static String refusal(IOException ex) {
            return (ex instanceof NodeError error) ? error.refusal : "";
        }

        /**
         * Returns what happened, with the text of a node if there is one, for logs about
         * calls that belong to no single payment.
         */
        static String described(IOException ex) {
            String refusal = refusal(ex);
            return refusal.isEmpty() ? String.valueOf(ex.getMessage()) : ex.getMessage() + ": " + refusal;
        }

    }

}

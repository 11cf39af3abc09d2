package io.github.x402spring.facilitator.evm;

import java.io.IOException;

/**
 * Thrown when a node replies with an error where the call has no such outcome.
 */
final class NodeErrorException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String refusal;

    /**
     * Creates an exception.
     * @param message what happened
     * @param refusal the node's text, as operators may read it; empty if there is none
     */
    NodeErrorException(String message, String refusal) {
        super(message);
        this.refusal = refusal;
    }

    /**
     * Returns the text of a node; empty if the exception is another one. The message has
     * none, because it goes into messages that quote neither a payment nor a reply.
     */
    static String refusal(IOException ex) {
        return (ex instanceof NodeErrorException error) ? error.refusal : "";
    }

    /**
     * Returns what happened, with the text of a node if there is one, for the log of what
     * no single payment asked.
     */
    static String described(IOException ex) {
        String refusal = refusal(ex);
        return refusal.isEmpty() ? String.valueOf(ex.getMessage()) : ex.getMessage() + ": " + refusal;
    }

}

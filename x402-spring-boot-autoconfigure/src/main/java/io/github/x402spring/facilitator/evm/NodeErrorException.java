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
        super(refusal.isEmpty() ? message : message + ": " + refusal);
        this.refusal = refusal;
    }

    /**
     * Returns the text of a node; empty if the exception is another one.
     */
    static String refusal(IOException ex) {
        return (ex instanceof NodeErrorException error) ? error.refusal : "";
    }

}

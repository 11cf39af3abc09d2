package io.github.x402spring.test.chain;

/**
 * Refusal of a local node to do what a test asked for, or its absence.
 *
 * @since 0.1.0
 */
public class LocalNodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LocalNodeException(String message) {
        super(message);
    }

}

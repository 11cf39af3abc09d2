package io.github.x402spring.transport;

import java.io.IOException;

/**
 * Failure of a call of which certainly no byte of the request left. The message is this
 * library's own text.
 *
 * @since 0.1.0
 */
public final class NotSentException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     * @param message the reason
     */
    public NotSentException(String message) {
        super(message);
    }

}

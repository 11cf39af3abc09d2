package io.github.x402spring.transport;

import java.io.IOException;

/**
 * Failure of a call after the request was sent, or may have been sent in part: the peer
 * may have acted on it. The message is this library's own text.
 *
 * @since 0.1.0
 */
public final class NoReplyException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     * @param message the reason
     */
    public NoReplyException(String message) {
        super(message);
    }

}

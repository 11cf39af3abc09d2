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

    private final boolean timedOut;

    /**
     * Creates an exception.
     * @param message the reason
     * @param timedOut whether the time of the call ran out
     */
    public NoReplyException(String message, boolean timedOut) {
        super(message);
        this.timedOut = timedOut;
    }

    /**
     * Returns whether the time of the call ran out.
     * @return whether it did
     */
    public boolean timedOut() {
        return this.timedOut;
    }

}

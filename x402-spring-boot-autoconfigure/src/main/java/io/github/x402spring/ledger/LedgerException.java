package io.github.x402spring.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Says that the ledger could not be read or written.
 *
 * @since 0.1.0
 */
public class LedgerException extends Exception {

    /**
     * Creates an exception.
     * @param message what happened
     * @param cause the cause, or {@code null} if there is none
     */
    public LedgerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

}

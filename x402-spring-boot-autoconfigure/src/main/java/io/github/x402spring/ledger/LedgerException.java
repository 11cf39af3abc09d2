package io.github.x402spring.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Exception of a ledger that could not be read or written. Payments are refused then.
 *
 * @since 0.1.0
 */
public class LedgerException extends RuntimeException {

    /**
     * Creates an exception.
     * @param message what happened
     * @param cause the cause, or {@code null} if there is none
     */
    public LedgerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

}

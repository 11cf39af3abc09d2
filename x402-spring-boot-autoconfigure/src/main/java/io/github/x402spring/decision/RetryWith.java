package io.github.x402spring.decision;

import java.util.Locale;

/**
 * Advice to a caller on what would have to change for another attempt to end differently.
 *
 * @since 0.1.0
 */
public enum RetryWith {

    /** Sign and send a new payment. */
    NEW_PAYMENT,

    /** Send the identical payment again; do not sign a new one. */
    SAME_PAYMENT,

    /** Authenticate, then send the same payment. */
    CREDENTIALS,

    /** Authenticate with more authority, then send the same payment. */
    ELEVATED_TOKEN,

    /** Send a smaller request. */
    SMALLER_REQUEST,

    /** Wait. */
    LATER,

    /** Nothing would change the outcome. */
    NEVER;

    /**
     * Returns the name on the wire.
     * @return the name
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

}

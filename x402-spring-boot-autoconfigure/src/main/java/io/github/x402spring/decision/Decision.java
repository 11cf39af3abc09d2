package io.github.x402spring.decision;

import java.util.Locale;

/**
 * Outcome that an envelope explains.
 *
 * @since 0.1.0
 */
public enum Decision {

    /** The request may go on. */
    ALLOW,

    /** The request may not go on. */
    DENY,

    /** Nothing could be decided; the request does not go on. */
    INDETERMINATE;

    /**
     * Returns the name on the wire.
     * @return the name
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

}

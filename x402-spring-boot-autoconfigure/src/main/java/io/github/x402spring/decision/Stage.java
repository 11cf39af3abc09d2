package io.github.x402spring.decision;

import java.util.Locale;

/**
 * Is the part of the way through the server at which a decision fell.
 *
 * @since 0.1.0
 */
public enum Stage {

    /** The request itself. */
    REQUEST,

    /** Who is calling. */
    IDENTITY,

    /** What the caller may do. */
    POLICY,

    /** Whether the payment is good. */
    PAYMENT,

    /** Whether the payment was settled. */
    SETTLEMENT,

    /** Whether the answer was delivered. */
    DELIVERY,

    /** Whether the server is able to decide. */
    SYSTEM;

    /**
     * Returns the name on the wire.
     * @return the name
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

}

package io.github.x402spring.decision;

import java.util.Locale;

/**
 * Stage of a request at which a decision is made.
 *
 * @since 0.1.0
 */
public enum Stage {

    /** The request itself. */
    REQUEST,

    /** The identity of the caller. */
    IDENTITY,

    /** What the caller may do. */
    POLICY,

    /** Whether the payment is valid. */
    PAYMENT,

    /** Whether the payment was settled. */
    SETTLEMENT,

    /** Whether the response was delivered. */
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

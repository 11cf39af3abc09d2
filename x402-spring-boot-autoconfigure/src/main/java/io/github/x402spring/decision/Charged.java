package io.github.x402spring.decision;

import java.util.Locale;

/**
 * Tells a caller whether it paid: the member an agent needs most.
 *
 * @since 0.1.0
 */
public enum Charged {

    /** Nothing was paid. */
    NO,

    /** The payment was settled. */
    YES,

    /** The payment may have been settled. */
    UNKNOWN;

    /**
     * Returns the name on the wire.
     * @return the name
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

}

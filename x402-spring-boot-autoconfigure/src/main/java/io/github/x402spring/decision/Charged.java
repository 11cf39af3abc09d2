package io.github.x402spring.decision;

import java.util.Locale;

/**
 * Charge state of a payment: the member of an envelope that agents need most.
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

    /**
     * Returns the state of a presented payment of which no more is known.
     * @return the value of {@code payment.state}
     */
    public String paymentState() {
        return switch (this) {
            case NO -> "released";
            case YES -> "settled";
            case UNKNOWN -> "unknown";
        };
    }

}

package io.github.x402spring.protocol;

import java.util.Locale;

/**
 * Protocol that moves the money of a payment. Part of every claim and every stored
 * payment, but not of the key of a ledger: an authorization can be spent once, on
 * whichever rail it arrives.
 *
 * @since 0.1.0
 */
public enum Rail {

    /** The x402 protocol, in any version. */
    X402,

    /** The Machine Payments Protocol. */
    MPP;

    private final String value = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the name in ledgers, log lines and metrics.
     * @return the name, such as {@code x402}
     */
    public String value() {
        return this.value;
    }

    /**
     * Looks up a rail by its name.
     * @param value the name
     * @return the rail
     * @throws IllegalArgumentException if no rail has the name
     */
    public static Rail of(String value) {
        for (Rail rail : values()) {
            if (rail.value.equals(value)) {
                return rail;
            }
        }
        throw new IllegalArgumentException("'value' must be the name of a rail");
    }

}

package io.github.x402spring;

/**
 * Thrown where the configuration cannot work as it is. Stops the start with a description
 * and a remedy.
 *
 * @since 0.1.0
 */
public final class InvalidX402ConfigurationException extends RuntimeException {

    private final String action;

    /**
     * Creates an exception.
     * @param message what is wrong; never quotes what may be a secret
     * @param action what to change
     */
    public InvalidX402ConfigurationException(String message, String action) {
        super(message);
        this.action = action;
    }

    /**
     * Returns what to change.
     * @return the remedy, naming the property
     */
    public String action() {
        return this.action;
    }

}

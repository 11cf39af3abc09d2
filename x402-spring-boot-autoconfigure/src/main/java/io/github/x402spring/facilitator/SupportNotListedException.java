package io.github.x402spring.facilitator;

import java.time.Duration;

/**
 * Thrown when a facilitator has no list of what it supports. It may support anything.
 *
 * @since 0.1.0
 */
public class SupportNotListedException extends FacilitatorException {

    /**
     * Creates an exception.
     * @param message what happened
     */
    public SupportNotListedException(String message) {
        super(message, null, Failure.NOT_FOUND, Duration.ZERO);
    }

}

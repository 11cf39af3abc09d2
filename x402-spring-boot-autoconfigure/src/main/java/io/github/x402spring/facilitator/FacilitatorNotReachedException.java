package io.github.x402spring.facilitator;

import org.jspecify.annotations.Nullable;

/**
 * Says that a call to a facilitator certainly never left: no connection, or no capacity.
 * Nothing can have been settled.
 *
 * @since 0.1.0
 */
public class FacilitatorNotReachedException extends FacilitatorException {

    /**
     * Creates an exception.
     * @param message what happened
     * @param cause the cause, or {@code null} if there is none
     */
    public FacilitatorNotReachedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

}

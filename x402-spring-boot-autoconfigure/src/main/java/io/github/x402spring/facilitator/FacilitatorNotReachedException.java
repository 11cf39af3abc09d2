package io.github.x402spring.facilitator;

import java.time.Duration;

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

    /**
     * Creates an exception.
     * @param message what happened
     * @param cause the cause, or {@code null} if there is none
     * @param failure the kind of failure
     * @param pause the time for which the facilitator asks not to be called; zero if it
     * did not ask for any
     */
    public FacilitatorNotReachedException(String message, @Nullable Throwable cause, Failure failure, Duration pause) {
        super(message, cause, failure, pause);
    }

}

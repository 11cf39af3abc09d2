package io.github.x402spring.facilitator;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Exception of a call to a facilitator that certainly never left: no connection, no
 * capacity, or a circuit breaker that is open. Nothing can have been settled.
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
     * @param pause the time for which the facilitator must not be called; zero if it did
     * not ask for a pause
     */
    public FacilitatorNotReachedException(String message, @Nullable Throwable cause, Failure failure, Duration pause) {
        super(message, cause, failure, pause);
    }

    /**
     * Creates an exception for a call that was not made on purpose.
     * @param message why it was not made
     * @param pause the time for which no call will be made; zero if that is not known
     * @return the exception, with failure {@link FacilitatorException.Failure#NOT_ASKED}
     */
    public static FacilitatorNotReachedException notAsked(String message, Duration pause) {
        return new FacilitatorNotReachedException(message, null, Failure.NOT_ASKED, pause);
    }

}

package io.github.x402spring.facilitator;

import java.time.Duration;

/**
 * Says that a facilitator was deliberately not asked: it gave too few answers lately, or
 * as many calls to it as may be are under way. Certainly nothing was sent, so nothing was
 * charged. Whoever decided not to ask has said so in the log; each call need not.
 *
 * @since 0.1.0
 */
public class FacilitatorNotAskedException extends FacilitatorNotReachedException {

    /**
     * Creates an exception.
     * @param message why it was not asked
     */
    public FacilitatorNotAskedException(String message) {
        this(message, Duration.ZERO);
    }

    /**
     * Creates an exception.
     * @param message why it was not asked
     * @param pause the time for which it will not be asked; zero if that is not known
     */
    public FacilitatorNotAskedException(String message, Duration pause) {
        super(message, null, Failure.REPLY, pause);
    }

}

package io.github.x402spring.facilitator;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.FacilitatorRemark;

/**
 * Says that a facilitator gave no usable answer. After {@code settle} this means that the
 * outcome is unknown. The message quotes neither the payment nor the reply.
 *
 * @since 0.1.0
 */
public class FacilitatorException extends Exception {

    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private final Failure failure;

    private final Duration pause;

    private FacilitatorRemark remark = FacilitatorRemark.NONE;

    /**
     * Creates an exception for a failure that a payment may have caused.
     * @param message what happened
     * @param cause the cause, or {@code null} if there is none
     */
    public FacilitatorException(String message, @Nullable Throwable cause) {
        this(message, cause, Failure.ERROR, Duration.ZERO);
    }

    /**
     * Creates an exception.
     * @param message what happened
     * @param cause the cause, or {@code null} if there is none
     * @param failure the kind of failure
     * @param pause the time for which the facilitator asks not to be called, of which at
     * most a minute counts; zero if it did not ask for any
     */
    public FacilitatorException(String message, @Nullable Throwable cause, Failure failure, Duration pause) {
        super(message, cause);
        this.failure = Objects.requireNonNull(failure, "'failure' must not be null");
        Objects.requireNonNull(pause, "'pause' must not be null");
        this.pause = (pause.compareTo(MAX_PAUSE) > 0) ? MAX_PAUSE : pause;
    }

    /**
     * Returns whether the failure counts against the facilitator.
     * @return the kind of failure
     */
    public Failure failure() {
        return this.failure;
    }

    /**
     * Returns the time for which the facilitator asks not to be called. No payment is
     * taken until it is over; the failure does not count besides.
     * @return the time; zero if the facilitator did not ask for any
     */
    public Duration pause() {
        return this.pause;
    }

    /**
     * Adds what the facilitator says besides. Called by the one who creates the
     * exception, before it is thrown.
     * @param remark the remark
     * @return this exception
     */
    public FacilitatorException with(FacilitatorRemark remark) {
        this.remark = Objects.requireNonNull(remark, "'remark' must not be null");
        return this;
    }

    /**
     * Returns what the facilitator says besides, for operators.
     * @return the remark, possibly empty
     */
    public FacilitatorRemark remark() {
        return this.remark;
    }

    /**
     * Kind of failure, by who can cause it.
     */
    public enum Failure {

        /** No connection, or no reply in time. It counts against the facilitator. */
        UNREACHABLE,

        /**
         * Trouble that a payment may have caused. It counts against the facilitator only
         * if {@link Facilitator#probe} fails, too.
         */
        ERROR,

        /**
         * Reply that there is nothing at the address. To a call it is trouble that counts
         * if {@link Facilitator#probe} fails in whatever way. To the question it says
         * that the facilitator does not list what it supports, unless calls end so, too.
         */
        NOT_FOUND,

        /** Reply of a facilitator that works. It does not count. */
        REPLY

    }

}

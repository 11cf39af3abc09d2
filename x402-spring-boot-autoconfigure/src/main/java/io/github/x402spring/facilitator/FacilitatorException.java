package io.github.x402spring.facilitator;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.FacilitatorRemark;

/**
 * Exception of a call to a facilitator without a usable reply. After {@code settle} the
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
     * @param pause the time for which the facilitator must not be called, at most a
     * minute; longer ones are cut; zero if it did not ask for a pause
     */
    public FacilitatorException(String message, @Nullable Throwable cause, Failure failure, Duration pause) {
        super(message, cause);
        this.failure = Objects.requireNonNull(failure, "'failure' must not be null");
        Objects.requireNonNull(pause, "'pause' must not be null");
        this.pause = (pause.compareTo(MAX_PAUSE) > 0) ? MAX_PAUSE : pause;
    }

    /**
     * Returns the kind of failure, by which the circuit breaker counts it.
     * @return the kind
     */
    public Failure failure() {
        return this.failure;
    }

    /**
     * Returns the time for which the facilitator must not be called. Payments are refused
     * until it is over, and the circuit breaker does not count the failure.
     * @return the time; zero if the facilitator did not ask for a pause
     */
    public Duration pause() {
        return this.pause;
    }

    /**
     * Adds what the facilitator says about the failure. Called before the exception is
     * thrown.
     * @param remark the remark
     * @return this exception
     */
    public FacilitatorException with(FacilitatorRemark remark) {
        this.remark = Objects.requireNonNull(remark, "'remark' must not be null");
        return this;
    }

    /**
     * Returns what the facilitator says about the failure, for operators.
     * @return the remark, possibly empty
     */
    public FacilitatorRemark remark() {
        return this.remark;
    }

    /**
     * Kind of failure, by what can cause it. Values may be added.
     */
    public enum Failure {

        /** No connection, or no reply in time. The circuit breaker counts it. */
        UNREACHABLE,

        /**
         * Failure that a payment may have caused. The circuit breaker counts it only if
         * {@link Facilitator#probe} fails, too.
         */
        ERROR,

        /**
         * Reply that there is nothing at the address. From {@code supported} it means
         * that the facilitator has no list of what it supports. From another call it
         * counts if {@link Facilitator#probe} fails in any way.
         */
        NOT_FOUND,

        /** Reply of a facilitator that works. The circuit breaker does not count it. */
        REPLY,

        /**
         * No call, on purpose: a circuit breaker is open, or all calls that may be in
         * flight are. Logged once when that begins, and not for each payment.
         */
        NOT_ASKED

    }

}

package io.github.x402spring.facilitator;

/**
 * State of the circuit breakers in front of a facilitator. Thread-safe.
 *
 * @since 0.1.0
 */
public interface FacilitatorCircuits {

    /**
     * Returns whether the facilitator is called to verify.
     * @return the state
     */
    State verify();

    /**
     * Returns whether the facilitator is called to settle.
     * @return the state
     */
    State settle();

    /**
     * State of a circuit breaker.
     */
    enum State {

        /** The facilitator is called. */
        CLOSED,

        /** A few calls are made, to find out whether the facilitator replies again. */
        HALF_OPEN,

        /**
         * No call is made, because too many failed or the facilitator asks for a pause.
         */
        OPEN,

        /** The facilitator is part of this application and has no circuit breaker. */
        NONE

    }

}

package io.github.x402spring.facilitator;

/**
 * Says whether a facilitator is asked at the moment.
 *
 * @since 0.1.0
 */
public interface FacilitatorCircuits {

    /**
     * Says whether it is asked to verify.
     * @return the state
     */
    State verify();

    /**
     * Says whether it is asked to settle.
     * @return the state
     */
    State settle();

    /**
     * Is the state of a circuit.
     */
    enum State {

        /** It is asked. */
        CLOSED,

        /** It is asked now and then, to find out whether it answers again. */
        HALF_OPEN,

        /** It is not asked, because it gave too few answers or asks for a pause. */
        OPEN,

        /** It is part of this application, and always asked. */
        NONE

    }

}

package io.github.x402spring.autoconfigure.gate;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits;

/**
 * Facilitator that the gate asks. No bean of type {@link Facilitator}, of which the
 * application has one.
 *
 * @param facilitator the facilitator
 */
record ProtectedFacilitator(Facilitator facilitator) implements FacilitatorCircuits {

    @Override
    public State verify() {
        return (this.facilitator instanceof FacilitatorCircuits circuits) ? circuits.verify() : State.NONE;
    }

    @Override
    public State settle() {
        return (this.facilitator instanceof FacilitatorCircuits circuits) ? circuits.settle() : State.NONE;
    }

}

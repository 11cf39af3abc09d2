package io.github.x402spring.autoconfigure.gate;

import java.time.Clock;
import java.time.Duration;

import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.endpoint.InvalidPaidEndpointException;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Effect;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.resilience.ResilientFacilitator;
import io.github.x402spring.facilitator.resilience.ResilientFacilitatorSettings;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;

/**
 * Facilitator that the gate asks. No bean of type {@link Facilitator}, of which the
 * application has one.
 *
 * @param facilitator the facilitator
 */
record ProtectedFacilitator(Facilitator facilitator) implements FacilitatorCircuits {

    /**
     * Puts circuit breaker and bulkhead around whatever facilitator there is, also one of
     * the application, but for those that ask nobody.
     */
    static ProtectedFacilitator around(Facilitator facilitator, X402Properties.Facilitator settings, Clock clock) {
        if (facilitator.effect() == Effect.NONE || facilitator instanceof SimulatedFacilitator) {
            return new ProtectedFacilitator(facilitator);
        }
        int maxConcurrentCalls = settings.maxConcurrentCalls();
        X402Properties.CircuitBreaker circuit = settings.circuitBreaker();
        check(maxConcurrentCalls > 0, "max-concurrent-calls", "a positive number such as 64");
        check(circuit.failureRate() > 0 && circuit.failureRate() <= 100, "circuit-breaker.failure-rate",
                "a percentage from 1 to 100");
        check(circuit.window() > 0, "circuit-breaker.window", "a positive number such as 20");
        check(circuit.openTime().compareTo(Duration.ofMillis(1)) >= 0, "circuit-breaker.open-time",
                "a positive duration such as 10s");
        return new ProtectedFacilitator(new ResilientFacilitator(facilitator, new ResilientFacilitatorSettings(
                maxConcurrentCalls, circuit.failureRate(), circuit.window(), circuit.openTime()), clock));
    }

    private static void check(boolean valid, String property, String remedy) {
        if (!valid) {
            throw new InvalidPaidEndpointException("x402.facilitator." + property + " is out of range",
                    "Set x402.facilitator." + property + " to " + remedy + ".");
        }
    }

    @Override
    public State verify() {
        return (this.facilitator instanceof FacilitatorCircuits circuits) ? circuits.verify() : State.NONE;
    }

    @Override
    public State settle() {
        return (this.facilitator instanceof FacilitatorCircuits circuits) ? circuits.settle() : State.NONE;
    }

}

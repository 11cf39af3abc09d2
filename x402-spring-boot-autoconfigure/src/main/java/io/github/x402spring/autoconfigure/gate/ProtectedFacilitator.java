package io.github.x402spring.autoconfigure.gate;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import org.springframework.core.env.Environment;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.ProductionChecks;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Kind;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.resilience.ResilientFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Facilitator that the gate asks. No bean of type {@link Facilitator}, of which the
 * application has one.
 *
 * @param facilitator the facilitator
 */
record ProtectedFacilitator(Facilitator facilitator) implements FacilitatorCircuits {

    /**
     * Puts circuit breaker and bulkhead around every facilitator, also one of the
     * application, but for those that make no calls.
     */
    static ProtectedFacilitator around(Facilitator facilitator, X402Properties.Facilitator settings, Clock clock,
            Environment environment) {
        if (facilitator.simulated() && ProductionChecks.activeProfile(environment).isPresent()) {
            return new ProtectedFacilitator(new RefusedSimulation(facilitator));
        }
        if (facilitator.kind() == Kind.NONE || facilitator.kind() == Kind.SIMULATED) {
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
        return new ProtectedFacilitator(new ResilientFacilitator(facilitator, maxConcurrentCalls, circuit.failureRate(),
                circuit.window(), circuit.openTime(), clock));
    }

    private static void check(boolean valid, String property, String remedy) {
        if (!valid) {
            throw new InvalidX402ConfigurationException("x402.facilitator." + property + " is out of range",
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

    /**
     * Facilitator that takes no simulated money under a profile of production. The checks
     * at start-up know endpoints only, and code may sell without one.
     *
     * @param facilitator simulates
     */
    private record RefusedSimulation(Facilitator facilitator) implements Facilitator {

        @Override
        public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
                throws FacilitatorNotReachedException {
            throw refused();
        }

        @Override
        public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
                throws FacilitatorNotReachedException {
            throw refused();
        }

        @Override
        public List<SupportedKind> supported() throws FacilitatorException {
            return this.facilitator.supported();
        }

        @Override
        public boolean mayServe(Network network) {
            return this.facilitator.mayServe(network);
        }

        @Override
        public Kind kind() {
            return this.facilitator.kind();
        }

        @Override
        public boolean simulated() {
            return true;
        }

        private static FacilitatorNotReachedException refused() {
            return new FacilitatorNotReachedException(
                    "The simulated facilitator moves no money and is not asked under a profile of production", null);
        }

    }

}

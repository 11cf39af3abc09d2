package io.github.x402spring.autoconfigure.gate;

import java.time.Clock;
import java.time.Duration;

import io.github.x402spring.autoconfigure.X402CircuitBreakerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.endpoint.InvalidPaidEndpointException;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Effect;
import io.github.x402spring.facilitator.resilience.ResilientFacilitator;
import io.github.x402spring.facilitator.resilience.ResilientFacilitatorSettings;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;

/**
 * Circuit breaker and bulkhead around whatever facilitator the gate asks, also one of the
 * application, but for those that ask nobody.
 */
final class FacilitatorProtection {

    private FacilitatorProtection() {
    }

    static Facilitator around(Facilitator facilitator, X402Properties properties, X402CircuitBreakerProperties circuit,
            Clock clock) {
        if (facilitator.effect() == Effect.NONE || facilitator instanceof SimulatedFacilitator) {
            return facilitator;
        }
        int maxConcurrentCalls = properties.facilitator().maxConcurrentCalls();
        check(maxConcurrentCalls > 0, "max-concurrent-calls", "a positive number such as 64");
        check(circuit.failureRate() > 0 && circuit.failureRate() <= 100, "circuit-breaker.failure-rate",
                "a percentage from 1 to 100");
        check(circuit.window() > 0, "circuit-breaker.window", "a positive number such as 20");
        check(circuit.openTime().compareTo(Duration.ofMillis(1)) >= 0, "circuit-breaker.open-time",
                "a positive duration such as 10s");
        return new ResilientFacilitator(facilitator, new ResilientFacilitatorSettings(maxConcurrentCalls,
                circuit.failureRate(), circuit.window(), circuit.openTime()), clock);
    }

    private static void check(boolean valid, String property, String remedy) {
        if (!valid) {
            throw new InvalidPaidEndpointException("x402.facilitator." + property + " is out of range",
                    "Set x402.facilitator." + property + " to " + remedy + ".");
        }
    }

}

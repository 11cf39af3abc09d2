package io.github.x402spring.facilitator.resilience;

import java.time.Duration;
import java.util.Objects;

/**
 * Says when a {@link ResilientFacilitator} does not ask.
 *
 * @param maxConcurrentCalls the number of calls to verify that may be under way, and as
 * many to settle
 * @param failureRate the share of calls without an answer, in percent, from which on none
 * is made
 * @param window the number of last calls of which that share is taken; below it, every
 * call is made
 * @param openTime for how long none is made then
 * @since 0.1.0
 */
public record ResilientFacilitatorSettings(int maxConcurrentCalls, int failureRate, int window, Duration openTime) {

    public ResilientFacilitatorSettings {
        check(maxConcurrentCalls > 0, "'maxConcurrentCalls' must be positive");
        check(failureRate > 0 && failureRate <= 100, "'failureRate' must be a percentage above 0");
        check(window > 0, "'window' must be positive");
        Objects.requireNonNull(openTime, "'openTime' must not be null");
        check(openTime.compareTo(Duration.ofMillis(1)) >= 0, "'openTime' must be a millisecond or longer");
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }

}

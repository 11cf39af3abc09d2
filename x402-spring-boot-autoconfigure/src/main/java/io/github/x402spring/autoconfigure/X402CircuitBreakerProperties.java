package io.github.x402spring.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of when a facilitator that does not answer is left alone.
 *
 * @param failureRate Share of calls that failed without a payer being able to cause it,
 * in percent, from which on the facilitator is not asked for a while.
 * @param window Number of last calls of which the share is taken.
 * @param openTime Time for which the facilitator is not asked then.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.facilitator.circuit-breaker")
public record X402CircuitBreakerProperties(@DefaultValue("50") int failureRate, @DefaultValue("20") int window,
        @DefaultValue("10s") Duration openTime) {
}

package io.github.x402spring.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of running a handler again for a payment that was settled.
 *
 * @param maxRuns Number of times that a handler runs again after the first delivery of a
 * response was begun, between 0 and 100.
 * @param window Time for which it may, counted from the time at which the authorization
 * expires or the settlement became known, whichever is later.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.redelivery")
public record X402RedeliveryProperties(@DefaultValue("2") int maxRuns, @DefaultValue("10m") Duration window) {
}

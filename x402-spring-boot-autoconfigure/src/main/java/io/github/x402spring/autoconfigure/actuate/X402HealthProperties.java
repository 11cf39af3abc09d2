package io.github.x402spring.autoconfigure.actuate;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the health of payments.
 *
 * @param enabled Whether to enable the health of payments.
 * @param maxUnknownAge Age of a payment whose settlement is unknown from which on health
 * is DEGRADED.
 */
@ConfigurationProperties("management.health.x402")
record X402HealthProperties(@DefaultValue("true") boolean enabled, @DefaultValue("15m") Duration maxUnknownAge) {

}

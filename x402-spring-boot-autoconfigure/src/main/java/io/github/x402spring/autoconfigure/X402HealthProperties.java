package io.github.x402spring.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the health of payments.
 *
 * @param maxUnknownAge Age of a payment whose settlement is unknown from which on
 * somebody has to look at it.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.health")
public record X402HealthProperties(@DefaultValue("15m") Duration maxUnknownAge) {
}

package io.github.x402spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.x402spring.exchange.PaymentIdentifierMode;

/**
 * Settings of how a purchase is told from another.
 *
 * @param paymentIdentifier Whether clients name their purchases, so that a second payment
 * for the same one is not charged.
 * @since 0.1.0
 */
@ConfigurationProperties("x402")
public record X402IdempotencyProperties(@DefaultValue("optional") PaymentIdentifierMode paymentIdentifier) {
}

package io.github.x402spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the payment gate.
 *
 * @param enabled Whether to create the payment gate where nothing serves requests for it,
 * for code that sells by itself. Where Spring MVC serves requests there always is one.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.gate")
public record X402GateProperties(@DefaultValue("false") boolean enabled) {
}

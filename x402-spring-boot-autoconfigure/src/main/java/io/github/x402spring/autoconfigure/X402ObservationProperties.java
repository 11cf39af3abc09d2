package io.github.x402spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of what operators see.
 *
 * @param payerKey Key under which payers are hashed in spans and logs, 16 characters or
 * more; the same for all instances. A new one with each start if not set.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.observations")
public record X402ObservationProperties(@Nullable String payerKey) {

    @Override
    public String toString() {
        return "X402ObservationProperties[payerKey=" + ((this.payerKey != null) ? "******" : "null") + "]";
    }

}

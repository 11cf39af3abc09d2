package io.github.x402spring.autoconfigure.actuate;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.gate.X402GateAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402OperationsAutoConfiguration;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.OperatorConcerns;
import io.github.x402spring.ledger.history.PaymentHistory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the health of payments.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402OperationsAutoConfiguration.class, X402GateAutoConfiguration.class })
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("x402")
@EnableConfigurationProperties(X402HealthProperties.class)
@ConditionalOnBean({ PaymentHistory.class, FacilitatorCircuits.class })
public final class X402HealthAutoConfiguration {

    @Bean
    X402HealthIndicator x402HealthIndicator(PaymentHistory history, FacilitatorCircuits circuits,
            X402HealthProperties properties, ObjectProvider<OperatorConcerns> concerns, ObjectProvider<Clock> clock) {
        Duration maxUnknownAge = properties.maxUnknownAge();
        if (!maxUnknownAge.isPositive()) {
            throw new InvalidX402ConfigurationException("management.health.x402.max-unknown-age is not positive",
                    "Set management.health.x402.max-unknown-age to a positive duration such as 15m.");
        }
        List<OperatorConcerns> all = concerns.orderedStream().toList();
        return new X402HealthIndicator(history, circuits, maxUnknownAge, () -> {
            Map<String, Long> counts = new LinkedHashMap<>();
            counts.put("mismatchedSettlements", 0L);
            all.forEach((each) -> each.concerns().forEach((name, count) -> counts.merge(name, count, Long::sum)));
            return counts;
        }, clock.getIfAvailable(Clock::systemUTC));
    }

}

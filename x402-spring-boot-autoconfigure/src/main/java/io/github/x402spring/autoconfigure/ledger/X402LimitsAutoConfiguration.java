package io.github.x402spring.autoconfigure.ledger;

import java.time.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.memory.InMemoryExposureLedger;
import io.github.x402spring.ledger.memory.InMemoryTaskRegistry;
import io.github.x402spring.limit.ExposureGuard;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for limits and tasks, in the memory
 * of this instance where there is no ledger that instances share.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402AutoConfiguration.class, X402LedgerAutoConfiguration.class,
        X402RedisLedgerAutoConfiguration.class })
@ConditionalOnPaymentGate
@EnableConfigurationProperties({ X402Properties.class, X402LedgerProperties.class })
public final class X402LimitsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(ExposureLedger.class)
    InMemoryExposureLedger x402ExposureLedger(ObjectProvider<Clock> clock, X402LedgerProperties properties) {
        return new InMemoryExposureLedger(clock.getIfAvailable(Clock::systemUTC), properties.maxEntries());
    }

    @Bean
    @ConditionalOnMissingBean(TaskRegistry.class)
    InMemoryTaskRegistry x402TaskRegistry(ObjectProvider<Clock> clock, X402Properties properties,
            X402LedgerProperties ledger) {
        return new InMemoryTaskRegistry(clock.getIfAvailable(Clock::systemUTC), properties.tasks().retention(),
                ledger.maxEntries());
    }

    @Bean
    ExposureGuard x402ExposureGuard(X402Properties properties, ExposureLedger ledger, TaskRegistry tasks,
            AssetRegistry assets) {
        return new ExposureGuard(LimitRules.build(properties.limits(), properties.tasks().retention()), ledger, tasks,
                assets);
    }

}

package io.github.x402spring.autoconfigure.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.audit.AuditLines;
import io.github.x402spring.audit.AuditSink;
import io.github.x402spring.autoconfigure.X402AuditProperties;
import io.github.x402spring.autoconfigure.X402AuditProperties.HashChain;
import io.github.x402spring.autoconfigure.gate.X402GateAutoConfiguration;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.observation.X402Meter;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the audit.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402GateAutoConfiguration.class,
        afterName = { "org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration",
                "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "x402.audit.enabled", matchIfMissing = true)
@ConditionalOnBean(PaymentGate.class)
@EnableConfigurationProperties(X402AuditProperties.class)
public final class X402AuditAutoConfiguration {

    private static final String FOR_EXAMPLE = "/var/log/shop/x402-audit.jsonl";

    @Bean
    EventAuditSink x402EventAuditSink(ApplicationContext context) {
        return new EventAuditSink(context);
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "x402.audit.log")
    LogAuditSink x402LogAuditSink(X402AuditProperties properties) {
        HashChain chain = checked(properties.hashChain());
        return new LogAuditSink(chain.enabled() ? AuditLines.chained(chain.key()) : AuditLines.plain());
    }

    @Bean
    @ConditionalOnProperty(name = "x402.audit.file")
    FileAuditSink x402FileAuditSink(X402AuditProperties properties) {
        Path file = properties.file();
        if (file == null) {
            throw new InvalidX402ConfigurationException("The file of the audit has no name",
                    "Set x402.audit.file to a path, such as " + FOR_EXAMPLE + ", or remove it.");
        }
        HashChain chain = checked(properties.hashChain());
        try {
            return new FileAuditSink(file,
                    chain.enabled() ? AuditLines.chained(chain.key(), file) : AuditLines.plain());
        }
        catch (IOException ex) {
            throw new InvalidX402ConfigurationException("The file of the audit, " + file + ", cannot be written: " + ex,
                    "Set x402.audit.file to a path that the application may read and write, such as " + FOR_EXAMPLE
                            + ".");
        }
    }

    private static HashChain checked(HashChain chain) {
        String key = chain.key();
        if (key != null && key.length() < AuditLines.MIN_KEY_LENGTH) {
            throw new InvalidX402ConfigurationException("The key of the audit's hash chain is too short",
                    "Set x402.audit.hash-chain.key to 16 characters or more, from the environment "
                            + "(openssl rand -base64 32), or remove it.");
        }
        return chain;
    }

    @Bean
    AuditTrail x402AuditTrail(X402AuditProperties properties, ObjectProvider<AuditSink> sinks,
            ObjectProvider<Clock> clock) {
        if (properties.strict() && sinks.orderedStream().noneMatch(X402AuditAutoConfiguration::saysWhetherItWrote)) {
            throw new InvalidX402ConfigurationException(
                    "The audit is strict, and nothing that takes its records says whether it wrote them",
                    "Set x402.audit.file, or declare an AuditSink bean that throws where it cannot write, or set "
                            + "x402.audit.strict to false. A logger does not tell.");
        }
        return new AuditTrail(sinks.orderedStream().toList(), properties.scope(), properties.strict(),
                clock.getIfAvailable(Clock::systemUTC));
    }

    private static boolean saysWhetherItWrote(AuditSink sink) {
        return !(sink instanceof LogAuditSink) && !(sink instanceof EventAuditSink);
    }

    /** The binder holds the trail, to which the counter refers weakly. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBean(MeterRegistry.class)
    static class MeterConfiguration {

        @Bean
        MeterBinder x402AuditMeters(AuditTrail trail) {
            X402Meter meter = X402Meter.AUDIT_FAILURES;
            return (registry) -> FunctionCounter.builder(meter.getName(), trail, AuditTrail::failures)
                .description(meter.getDescription())
                .register(registry);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(AuditEventRepository.class)
    @ConditionalOnBean(AuditEventRepository.class)
    static class RepositoryConfiguration {

        @Bean
        RepositoryAuditSink x402RepositoryAuditSink(ApplicationEventPublisher events) {
            return new RepositoryAuditSink(events);
        }

    }

}

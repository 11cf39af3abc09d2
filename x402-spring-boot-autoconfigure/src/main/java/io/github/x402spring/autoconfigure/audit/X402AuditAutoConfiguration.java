package io.github.x402spring.autoconfigure.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.audit.AuditChain;
import io.github.x402spring.audit.AuditLines;
import io.github.x402spring.audit.AuditSink;
import io.github.x402spring.audit.AuditTrail;
import io.github.x402spring.audit.EventAuditSink;
import io.github.x402spring.audit.FileAuditSink;
import io.github.x402spring.audit.LogAuditSink;
import io.github.x402spring.audit.RepositoryAuditSink;
import io.github.x402spring.autoconfigure.X402AuditProperties;
import io.github.x402spring.autoconfigure.gate.X402GateAutoConfiguration;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.observation.meter.AuditMeters;

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
        return new LogAuditSink(lines(properties.hashChain(), null));
    }

    @Bean
    @ConditionalOnProperty(name = "x402.audit.file")
    FileAuditSink x402FileAuditSink(X402AuditProperties properties) {
        Path file = properties.file();
        if (file == null) {
            throw new InvalidX402ConfigurationException("The file of the audit has no name",
                    "Set x402.audit.file to a path, such as " + FOR_EXAMPLE + ", or remove it.");
        }
        try {
            boolean chained = properties.hashChain().enabled();
            return new FileAuditSink(file,
                    lines(properties.hashChain(), chained ? FileAuditSink.lastLine(file) : null));
        }
        catch (IOException ex) {
            throw new InvalidX402ConfigurationException("The file of the audit, " + file + ", cannot be written: " + ex,
                    "Set x402.audit.file to a path that the application may read and write, such as " + FOR_EXAMPLE
                            + ".");
        }
    }

    private static AuditLines lines(X402AuditProperties.HashChain properties, @Nullable String last) {
        String key = properties.key();
        if (key != null && key.length() < AuditChain.MIN_KEY_LENGTH) {
            throw new InvalidX402ConfigurationException("The key of the audit's hash chain is too short",
                    "Set x402.audit.hash-chain.key to 16 characters or more, from the environment "
                            + "(openssl rand -base64 32), or remove it.");
        }
        return new AuditLines(properties.enabled() ? AuditChain.begin(key, last) : null);
    }

    @Bean
    @ConditionalOnMissingBean
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

    /** Holds on to the trail, which a counter refers to weakly. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBean(MeterRegistry.class)
    static class MeterConfiguration {

        @Bean
        @ConditionalOnMissingBean
        AuditMeters x402AuditMeters(AuditTrail trail) {
            return new AuditMeters(trail::failures);
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

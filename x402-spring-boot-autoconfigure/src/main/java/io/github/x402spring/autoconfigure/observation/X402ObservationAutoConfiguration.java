package io.github.x402spring.autoconfigure.observation;

import java.time.Clock;
import java.util.concurrent.Executor;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.web3j.protocol.Service;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.X402FacilitatorAutoConfiguration;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.gate.X402GateAutoConfiguration;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.evm.LocalEvmFacilitator;
import io.github.x402spring.facilitator.evm.RpcObserver;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.observation.AuthorizeObservationConvention;
import io.github.x402spring.observation.ChainObservationConvention;
import io.github.x402spring.observation.ExchangeObservationConvention;
import io.github.x402spring.observation.FacilitatorObservationConvention;
import io.github.x402spring.observation.LedgerObservationConvention;
import io.github.x402spring.transport.ConnectionSource;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what operators see: a log of
 * decisions, observations and meters.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402FacilitatorAutoConfiguration.class, X402GateAutoConfiguration.class },
        afterName = {
                "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
                "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
public final class X402ObservationAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(PaymentGate.class)
    static class NamesConfiguration {

        @Bean
        PaymentNames x402PaymentNames(AssetRegistry assets, Facilitator facilitator, X402Properties properties) {
            return new PaymentNames(assets, payers(properties.observations().payerKey()), facilitator.kind().value());
        }

        private static PayerHash payers(@Nullable String key) {
            if (key == null) {
                return PayerHash.random();
            }
            if (key.length() < PayerHash.MIN_KEY_LENGTH) {
                throw new InvalidX402ConfigurationException("The key under which payers are hashed is too short",
                        "Set x402.observations.payer-key to 16 characters or more, from the environment and the same "
                                + "for all instances (openssl rand -base64 32), or remove it.");
            }
            return new PayerHash(key);
        }

        @Bean
        StartupSummary x402StartupSummary(ListableBeanFactory beans, X402Properties properties,
                Facilitator facilitator) {
            return new StartupSummary(beans, properties, facilitator.kind().value());
        }

        @Bean
        DecisionLog x402DecisionLog(PaymentNames names) {
            return new DecisionLog(names);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ObservationRegistry.class)
    @ConditionalOnBean({ ObservationRegistry.class, PaymentGate.class })
    static class ObservationConfiguration {

        @Bean
        ObservedExchanges x402ObservedExchanges(ObservationRegistry registry, PaymentNames names,
                ObjectProvider<ExchangeObservationConvention> convention) {
            return new ObservedExchanges(registry, convention.getIfAvailable(), names);
        }

        @Bean
        ObservedPorts x402ObservedPorts(ObservationRegistry registry, PaymentNames names,
                ObjectProvider<FacilitatorObservationConvention> facilitator,
                ObjectProvider<AuthorizeObservationConvention> authorize,
                ObjectProvider<LedgerObservationConvention> ledger) {
            return new ObservedPorts(registry, names, new ObservedPorts.Conventions(facilitator.getIfAvailable(),
                    authorize.getIfAvailable(), ledger.getIfAvailable()));
        }

    }

    /** The facilitator needs it, so it must not need the facilitator. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ ObservationRegistry.class, Service.class })
    @ConditionalOnBean(ObservationRegistry.class)
    static class ChainConfiguration {

        @Bean
        @ConditionalOnMissingBean(RpcObserver.class)
        ObservedChain x402ObservedChain(ObservationRegistry registry,
                ObjectProvider<ChainObservationConvention> convention) {
            return new ObservedChain(registry, convention.getIfAvailable());
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBean({ MeterRegistry.class, PaymentGate.class })
    static class MeterConfiguration {

        /** Static, because registries are given their filters before anything else. */
        @Bean
        static MeterDescriptions x402MeterDescriptions() {
            return new MeterDescriptions();
        }

        @Bean
        PaymentMeters x402PaymentMeters(MeterRegistry registry, PaymentNames names) {
            return new PaymentMeters(registry, names);
        }

        @Bean
        StateMeters x402StateMeters(PaymentIntake intake, FacilitatorCircuits circuits, PaymentLedger ledger) {
            return new StateMeters(intake, circuits, ledger);
        }

        @Bean
        ConnectionMeters x402ConnectionMeters(ObjectProvider<ConnectionSource> sources) {
            return new ConnectionMeters(sources.stream().toList());
        }

        @Bean
        @ConditionalOnBean(PaymentHistory.class)
        UnknownSettlementMeters x402UnknownSettlementMeters(PaymentHistory history, ObjectProvider<Clock> clock) {
            boolean inProcess = history.coverage() == PaymentHistory.Coverage.RECENT;
            Executor executor = inProcess ? Runnable::run : Thread::startVirtualThread;
            return new UnknownSettlementMeters(history, clock.getIfAvailable(Clock::systemUTC), executor);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ MeterBinder.class, Service.class })
    @ConditionalOnBean(LocalEvmFacilitator.class)
    static class RelayerConfiguration {

        @Bean
        RelayerMeters x402RelayerMeters(LocalEvmFacilitator facilitator) {
            return new RelayerMeters(facilitator);
        }

    }

}

package io.github.x402spring.autoconfigure.evm;

import java.time.Clock;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ResourceLoader;
import org.web3j.protocol.Service;

import io.github.x402spring.autoconfigure.ConditionalOnFacilitatorType;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402EvmProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.evm.EvmSettlementInquiry;
import io.github.x402spring.facilitator.evm.LocalEvmFacilitator;
import io.github.x402spring.facilitator.evm.LocalEvmSettings;
import io.github.x402spring.facilitator.evm.RpcObserver;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the {@link LocalEvmFacilitator}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402AutoConfiguration.class)
@EnableConfigurationProperties(X402EvmProperties.class)
public final class X402EvmAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.LOCAL)
    @ConditionalOnClass(Service.class)
    @ConditionalOnMissingBean(Facilitator.class)
    static class LocalConfiguration {

        @Bean
        LocalEvmFacilitator x402Facilitator(X402Properties properties, X402EvmProperties evm,
                ConfigurableEnvironment environment, ResourceLoader resources, SignatureRecovery recovery,
                ApplicationEventPublisher events, ObjectProvider<Clock> clock, ObjectProvider<RpcObserver> observer) {
            LocalEvmSettings settings = new EvmSettingsBuilder(properties, evm,
                    new RelayerKeys(environment, resources).load(evm))
                .build();
            LocalEvmFacilitator facilitator = new LocalEvmFacilitator(settings, recovery, events::publishEvent,
                    clock.getIfAvailable(Clock::systemUTC), observer.getIfAvailable(RpcObserver::none));
            facilitator.start();
            return facilitator;
        }

    }

    /**
     * Reads chains for the outcome of payments that another facilitator left open.
     */
    @Configuration(proxyBeanMethods = false)
    @Conditional(OnEvmNodesCondition.class)
    @ConditionalOnClass(Service.class)
    @ConditionalOnMissingBean(SettlementInquiry.class)
    static class InquiryConfiguration {

        @Bean
        EvmSettlementInquiry x402SettlementInquiry(X402Properties properties, X402EvmProperties evm,
                ObjectProvider<RpcObserver> observer) {
            return new EvmSettlementInquiry(new EvmSettingsBuilder(properties, evm, List.of()).networks(),
                    properties.facilitator().verifyTimeout(), observer.getIfAvailable(RpcObserver::none));
        }

    }

}

package io.github.x402spring.autoconfigure.observation;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.web3j.protocol.Service;

import io.github.x402spring.autoconfigure.X402FacilitatorAutoConfiguration;
import io.github.x402spring.facilitator.evm.LocalEvmFacilitator;
import io.github.x402spring.observation.RelayerMeters;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for meters.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402FacilitatorAutoConfiguration.class)
public final class X402ObservationAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ MeterBinder.class, Service.class })
    @ConditionalOnBean(LocalEvmFacilitator.class)
    static class RelayerConfiguration {

        @Bean
        @ConditionalOnMissingBean
        RelayerMeters x402RelayerMeters(LocalEvmFacilitator facilitator) {
            return new RelayerMeters(facilitator);
        }

    }

}

package io.github.x402spring.e2e;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.facilitator.FakeFacilitator;

/**
 * Takes every payment for good, unless it is told otherwise.
 */
@Configuration(proxyBeanMethods = false)
public class PermissiveFacilitatorConfiguration {

    @Bean
    FakeFacilitator facilitator() {
        return new FakeFacilitator();
    }

}

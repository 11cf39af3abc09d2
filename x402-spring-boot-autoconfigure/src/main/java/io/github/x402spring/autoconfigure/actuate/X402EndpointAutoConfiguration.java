package io.github.x402spring.autoconfigure.actuate;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.actuate.X402Endpoint;
import io.github.x402spring.autoconfigure.X402OverloadAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402LimitsAutoConfiguration;
import io.github.x402spring.gate.PaymentIntake;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link X402Endpoint}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402LimitsAutoConfiguration.class, X402OverloadAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
public final class X402EndpointAutoConfiguration {

    /** Its condition needs Actuator by itself. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnAvailableEndpoint(X402Endpoint.class)
    static class EndpointConfiguration {

        @Bean
        @ConditionalOnBean({ PaymentIntake.class, TaskRegistry.class })
        @ConditionalOnMissingBean
        X402Endpoint x402Endpoint(PaymentIntake intake, TaskRegistry tasks) {
            return new X402Endpoint(intake, tasks);
        }

    }

}

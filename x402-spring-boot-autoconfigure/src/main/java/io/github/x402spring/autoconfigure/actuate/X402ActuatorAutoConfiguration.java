package io.github.x402spring.autoconfigure.actuate;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.x402spring.actuate.X402Endpoint;
import io.github.x402spring.autoconfigure.ledger.X402LimitsAutoConfiguration;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the Actuator endpoint. It is
 * there where it is exposed, and guarded by whatever guards Actuator.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402LimitsAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnAvailableEndpoint(X402Endpoint.class)
@ConditionalOnBean(TaskRegistry.class)
public final class X402ActuatorAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    X402Endpoint x402Endpoint(TaskRegistry tasks) {
        return new X402Endpoint(tasks);
    }

}

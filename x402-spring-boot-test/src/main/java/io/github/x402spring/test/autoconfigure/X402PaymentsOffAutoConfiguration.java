package io.github.x402spring.test.autoconfigure;

import java.time.Clock;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.MappedInterceptor;

import io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.webmvc.PaidEndpointRegistry;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for tests in which paid endpoints
 * are served without payment: the payment gate is removed, and {@link UnpaidAccess} takes
 * its place.
 *
 * @see AutoConfigureX402#payments
 */
@AutoConfiguration(after = X402WebMvcAutoConfiguration.class)
@Conditional(X402TestMode.OnPaymentsOff.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
final class X402PaymentsOffAutoConfiguration {

    private static final List<String> GATE = List.of("x402PaymentRequestFilter", "x402PaymentHoldFilter",
            "x402MappedInterceptor", "x402PaidHandlerAdapter", "x402AdmissionFirst", "x402ServletEndpointCheck");

    @Bean
    static BeanDefinitionRegistryPostProcessor x402GateRemoval() {
        return (registry) -> GATE.stream()
            .filter(registry::containsBeanDefinition)
            .forEach(registry::removeBeanDefinition);
    }

    @Bean
    UnpaidAccess x402UnpaidAccess(PaidEndpointRegistry registry, PaymentAuthorizer authorizer,
            ObjectProvider<Clock> clock) {
        return new UnpaidAccess(registry, authorizer, clock.getIfAvailable(Clock::systemUTC));
    }

    /** Found by every handler mapping, as the gate's own. */
    @Bean
    MappedInterceptor x402UnpaidAccessInterceptor(UnpaidAccess access) {
        return new MappedInterceptor(null, access);
    }

    @Configuration(proxyBeanMethods = false)
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static class ArgumentResolverConfiguration implements WebMvcConfigurer {

        private final ObjectProvider<UnpaidAccess> access;

        ArgumentResolverConfiguration(ObjectProvider<UnpaidAccess> access) {
            this.access = access;
        }

        @Override
        public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
            resolvers.add(this.access.getObject());
        }

    }

}

package io.github.x402spring.autoconfigure;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.handler.MappedInterceptor;

import io.github.x402spring.autoconfigure.UnenforcedEndpointCheck.Application;
import io.github.x402spring.autoconfigure.X402Properties.DisabledEndpoints;
import io.github.x402spring.webmvc.PaymentInterceptor;
import io.github.x402spring.webmvc.UnsoldHandlers;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the check that every
 * {@link io.github.x402spring.PaidEndpoint} is enforced. Applies to every kind of
 * application, since what is annotated may be served by any.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402AutoConfiguration.class,
        afterName = "io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration")
public final class X402EnforcementAutoConfiguration {

    @Bean
    @ConditionalOnWebApplication(type = Type.SERVLET)
    UnenforcedEndpointCheck x402ServletEndpointCheck(ConfigurableListableBeanFactory beanFactory,
            X402Properties properties) {
        return new UnenforcedEndpointCheck(beanFactory, Application.SERVLET, properties);
    }

    @Bean
    @ConditionalOnWebApplication(type = Type.REACTIVE)
    UnenforcedEndpointCheck x402ReactiveEndpointCheck(ConfigurableListableBeanFactory beanFactory,
            X402Properties properties) {
        return new UnenforcedEndpointCheck(beanFactory, Application.REACTIVE, properties);
    }

    @Bean
    @ConditionalOnNotWebApplication
    UnenforcedEndpointCheck x402UnservedEndpointCheck(ConfigurableListableBeanFactory beanFactory,
            X402Properties properties) {
        return new UnenforcedEndpointCheck(beanFactory, Application.WITHOUT_SERVER, properties);
    }

    /**
     * The starter brings Spring MVC, and Spring Boot prefers that to WebFlux.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.SERVLET)
    @ConditionalOnClass(name = "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration")
    static class WebFluxConfiguration {

        @Bean
        DisplacedWebFluxCheck x402DisplacedWebFluxCheck(ConfigurableListableBeanFactory beanFactory,
                Environment environment) {
            return new DisplacedWebFluxCheck(beanFactory, environment);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.SERVLET)
    @ConditionalOnClass(RouterFunction.class)
    static class RoutesConfiguration {

        @Bean
        UnsoldHandlers x402UnsoldHandlers(ListableBeanFactory beanFactory, X402Properties properties) {
            return new UnsoldHandlers(beanFactory,
                    !properties.enabled() && properties.disabledEndpoints() == DisabledEndpoints.FREE);
        }

        @Bean
        PricedRoutes x402PricedRoutes(UnsoldHandlers handlers) {
            return handlers::routes;
        }

        @Bean
        @ConditionalOnMissingBean(PaymentInterceptor.class)
        MappedInterceptor x402UnsoldHandlersInterceptor(UnsoldHandlers handlers) {
            return new MappedInterceptor(null, handlers);
        }

    }

}

package io.github.x402spring.autoconfigure.webmvc;

import java.util.List;

import jakarta.servlet.ServletContext;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.MappedInterceptor;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.ProductionChecks;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.gate.X402GateAutoConfiguration;
import io.github.x402spring.autoconfigure.security.X402DefaultWebSecurityAutoConfiguration;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.endpoint.EndpointRegistry;
import io.github.x402spring.endpoint.ListedExtras;
import io.github.x402spring.endpoint.PaidEndpointSettings;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentTermsFactory;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.security.PaidRequestExpressions;
import io.github.x402spring.security.web.ChargeResolver;
import io.github.x402spring.webmvc.PaidEndpointRegistry;
import io.github.x402spring.webmvc.PaymentInterceptor;
import io.github.x402spring.webmvc.UnpaidFunctions;
import io.github.x402spring.webmvc.hold.PaymentChallengeWriter;
import io.github.x402spring.webmvc.hold.PaymentFilters;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for paid Spring MVC endpoints.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402GateAutoConfiguration.class, X402DefaultWebSecurityAutoConfiguration.class },
        afterName = "org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration")
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, WebInvocationPrivilegeEvaluator.class })
@ConditionalOnPaymentGate
public final class X402WebMvcAutoConfiguration {

    @Bean
    PaidEndpointSettings x402PaidEndpointSettings(X402Properties properties,
            ObjectProvider<DispatcherServletPath> servletPath, ObjectProvider<ServletContext> servletContext) {
        DispatcherServletPath path = servletPath.getIfAvailable();
        ServletContext context = servletContext.getIfAvailable();
        return PaidEndpointSettingsBuilder.build(properties, (context != null) ? context.getContextPath() : "",
                (path != null) ? path.getPrefix() : "");
    }

    @Bean
    EndpointRegistry x402EndpointRegistry(PaidEndpointSettings settings, AssetRegistry assets, Environment environment,
            BeanFactory beanFactory, List<PaymentScheme> schemes, Facilitator facilitator,
            ObjectProvider<PriceResolver> priceResolver, ExposureGuard exposures, X402Properties properties,
            PaymentLedger ledger, ObjectProvider<WebInvocationPrivilegeEvaluator> evaluators,
            ObjectProvider<DispatcherServletPath> servletPath, ListedExtras extras) {
        boolean complete = complete(environment);
        ConfiguredEndpointChecks checks = new ConfiguredEndpointChecks(
                beanFactory.getBean(PaidRequestExpressions.class), schemes, facilitator,
                new LimitChecks(exposures.rules(), assets, complete),
                new ProductionChecks(environment, properties.facilitator(), facilitator, ledger),
                new AnonymousAccessCheck(evaluators, servletPath));
        return new EndpointRegistry(settings, assets, environment::resolveRequiredPlaceholders, checks, extras,
                priceResolver.getIfAvailable() != null, complete);
    }

    @Bean
    PaidEndpointRegistry x402PaidEndpointRegistry(ConfigurableListableBeanFactory beanFactory,
            EndpointRegistry endpoints) {
        return new PaidEndpointRegistry(beanFactory, endpoints);
    }

    /**
     * A test slice has some controllers and the configuration of all. Spring Boot names
     * what started it in a property.
     */
    private static boolean complete(Environment environment) {
        return !environment.getProperty(
                "org.springframework.boot.webmvc.test.autoconfigure.WebMvcTestContextBootstrapper", Boolean.class,
                false);
    }

    @Bean
    PaymentDialects x402PaymentDialects(PaymentHeaderCodec codec, X402Properties properties) {
        return PaymentDialects.x402(codec, properties.web().v1());
    }

    @Bean
    @ConditionalOnMissingBean(PaymentChallengeWriter.class)
    PaymentChallengeWriter x402PaymentChallengeWriter(EnvelopeRenderer envelopes, PaymentDialects dialects,
            X402Properties properties, BeanFactory beanFactory) {
        String challenge = properties.authorization().challenge();
        if (challenge == null) {
            boolean starterChain = beanFactory
                .containsBean(X402DefaultWebSecurityAutoConfiguration.PAID_ENDPOINTS_CHAIN);
            challenge = starterChain ? "Basic realm=\"Realm\"" : "Bearer";
        }
        return PaymentChallengeWriter.problemDetails(envelopes, dialects, challenge);
    }

    @Bean
    PaymentInterceptor x402PaymentInterceptor(PaidEndpointRegistry registry, PaidEndpointSettings settings,
            ObjectProvider<PriceResolver> priceResolver, PaymentGate gate, PaymentAuthorizer authorizer,
            PaymentDialects dialects, PaymentChallengeWriter writer, X402Properties properties, Facilitator facilitator,
            ObjectProvider<ChallengeExtensions> extensions, ObjectProvider<UnpaidFunctions> unpaidFunctions,
            Environment environment) {
        UnpaidFunctions unpaid = unpaidFunctions.getIfAvailable();
        if (unpaid != null) {
            checkUnpaid(environment);
        }
        PaymentTermsFactory terms = new PaymentTermsFactory(dialects, priceResolver.getIfAvailable(),
                extensions.orderedStream().toList(),
                ResponseHeadLimit.termsHeader(properties.web().maxTermsHeader(), environment));
        return new PaymentInterceptor(registry, terms, gate, authorizer, dialects, writer, facilitator.simulated(),
                unpaid);
    }

    private static void checkUnpaid(Environment environment) {
        ProductionChecks.activeProfile(environment).ifPresent((profile) -> {
            throw new InvalidX402ConfigurationException(
                    "Functional endpoints would be served without payment under profile '" + profile
                            + "': there is a bean of type UnpaidFunctions",
                    "Remove the bean, which is for tests. A test with @AutoConfigureX402 that is not about payments runs "
                            + "under another profile.");
        });
    }

    @Bean
    ChargeResolver x402ChargeResolver(PaymentInterceptor interceptor) {
        return interceptor::charged;
    }

    /**
     * Found by every handler mapping, also by those that an application or a library
     * adds.
     */
    @Bean
    MappedInterceptor x402MappedInterceptor(PaymentInterceptor interceptor) {
        return new MappedInterceptor(null, interceptor);
    }

    @Bean
    PaidHandlerAdapter x402PaidHandlerAdapter(PaymentInterceptor interceptor) {
        return new PaidHandlerAdapter(interceptor);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static AdmissionFirst x402AdmissionFirst(ObjectProvider<PaymentInterceptor> interceptor) {
        return new AdmissionFirst(interceptor);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static BeanPostProcessor x402PaidHandlerProxies() {
        return PaymentInterceptor.handlerProxies();
    }

    @Bean
    PaymentFilters x402PaymentFilters(PaymentGate gate, PaymentDialects dialects, X402Properties properties) {
        X402Properties.Web web = properties.web();
        DataSize memory = web.maxHeldMemory();
        if (memory != null && memory.isNegative()) {
            throw new InvalidX402ConfigurationException("x402.web.max-held-memory is out of range",
                    "Set x402.web.max-held-memory to a size such as 128MB, or remove it for a quarter of the heap.");
        }
        return new PaymentFilters(gate, dialects, bytes("max-request-body", web.maxRequestBody()),
                bytes("max-held-response", web.maxHeldResponse()),
                (memory != null) ? memory.toBytes() : Runtime.getRuntime().maxMemory() / 4);
    }

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> x402PaymentRequestFilter(PaymentFilters filters) {
        return registration(filters.requestFilter(), PaymentFilters.REQUEST_FILTER_ORDER);
    }

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> x402PaymentHoldFilter(PaymentFilters filters) {
        return registration(filters.holdFilter(), PaymentFilters.HOLD_FILTER_ORDER);
    }

    private static FilterRegistrationBean<OncePerRequestFilter> registration(OncePerRequestFilter filter, int order) {
        FilterRegistrationBean<OncePerRequestFilter> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(order);
        return registration;
    }

    @Bean
    EntityTagFilterCheck x402EntityTagFilterCheck(ListableBeanFactory beanFactory) {
        return new EntityTagFilterCheck(beanFactory);
    }

    private static int bytes(String property, DataSize size) {
        if (size.toBytes() < 0 || size.toBytes() > Integer.MAX_VALUE - 1024) {
            throw new InvalidX402ConfigurationException("x402.web." + property + " is out of range",
                    "Set x402.web." + property + " to a size from 0B to just below 2GB.");
        }
        return (int) size.toBytes();
    }

    @Configuration(proxyBeanMethods = false)
    static class ArgumentResolverConfiguration implements WebMvcConfigurer {

        @Override
        public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
            resolvers.add(PaymentInterceptor.paymentArgumentResolver());
        }

    }

    /**
     * Tomcat closes the response below a wrapper after a forward, before a held response
     * could leave.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = { "org.apache.catalina.core.StandardContext",
            "org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory" })
    static class TomcatConfiguration {

        @Bean
        HeldForwardTomcatCustomizer x402HeldForwardTomcatCustomizer() {
            return new HeldForwardTomcatCustomizer();
        }

    }

}

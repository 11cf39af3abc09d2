package io.github.x402spring.autoconfigure.webmvc;

import java.util.List;

import jakarta.servlet.ServletContext;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
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
import io.github.x402spring.endpoint.ListedExtras;
import io.github.x402spring.endpoint.PaidEndpointFactory;
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
import io.github.x402spring.webmvc.PaidHandlerAdapter;
import io.github.x402spring.webmvc.PaidHandlerProxies;
import io.github.x402spring.webmvc.PaymentInterceptor;
import io.github.x402spring.webmvc.PaymentRequestFilter;
import io.github.x402spring.webmvc.UnpaidFunctions;
import io.github.x402spring.webmvc.VerifiedPaymentArgumentResolver;
import io.github.x402spring.webmvc.hold.HeldMemory;
import io.github.x402spring.webmvc.hold.PaymentChallengeWriter;
import io.github.x402spring.webmvc.hold.PaymentHoldFilter;
import io.github.x402spring.webmvc.hold.ProblemPaymentChallengeWriter;

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
    PaidEndpointFactory x402PaidEndpointFactory(PaidEndpointSettings settings, AssetRegistry assets,
            Environment environment, BeanFactory beanFactory, List<PaymentScheme> schemes, Facilitator facilitator,
            ObjectProvider<PriceResolver> priceResolver, ExposureGuard exposures, X402Properties properties,
            PaymentLedger ledger, ObjectProvider<WebInvocationPrivilegeEvaluator> evaluators,
            ObjectProvider<DispatcherServletPath> servletPath, ListedExtras extras) {
        return new PaidEndpointFactory(settings, assets, environment::resolveRequiredPlaceholders,
                new ConfiguredEndpointChecks(beanFactory.getBean(PaidRequestExpressions.class), schemes, facilitator,
                        new LimitChecks(exposures.rules(), assets, complete(environment)),
                        new ProductionChecks(environment, properties.facilitator(), facilitator, ledger),
                        new AnonymousAccessCheck(evaluators, servletPath), extras),
                priceResolver.getIfAvailable() != null);
    }

    @Bean
    PaidEndpointRegistry x402PaidEndpointRegistry(ConfigurableListableBeanFactory beanFactory,
            PaidEndpointFactory factory, PaidEndpointSettings settings, Environment environment) {
        return new PaidEndpointRegistry(beanFactory, factory, settings, complete(environment));
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
    ProblemPaymentChallengeWriter x402PaymentChallengeWriter(EnvelopeRenderer envelopes, PaymentDialects dialects,
            X402Properties properties, BeanFactory beanFactory) {
        String challenge = properties.authorization().challenge();
        if (challenge == null) {
            boolean starterChain = beanFactory
                .containsBean(X402DefaultWebSecurityAutoConfiguration.PAID_ENDPOINTS_CHAIN);
            challenge = starterChain ? "Basic realm=\"Realm\"" : "Bearer";
        }
        return new ProblemPaymentChallengeWriter(envelopes, dialects, challenge);
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
        return new PaymentInterceptor(registry, terms, gate, authorizer, dialects, writer,
                new PaymentInterceptor.Options(facilitator.simulated(), unpaid));
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
    static PaidHandlerProxies x402PaidHandlerProxies() {
        return new PaidHandlerProxies();
    }

    @Bean
    HeldMemory x402HeldMemory(X402Properties properties) {
        DataSize size = properties.web().maxHeldMemory();
        if (size != null && size.isNegative()) {
            throw new InvalidX402ConfigurationException("x402.web.max-held-memory is out of range",
                    "Set x402.web.max-held-memory to a size such as 128MB, or remove it for a quarter of the heap.");
        }
        return new HeldMemory((size != null) ? size.toBytes() : Runtime.getRuntime().maxMemory() / 4);
    }

    @Bean
    FilterRegistrationBean<PaymentRequestFilter> x402PaymentRequestFilter(X402Properties properties, HeldMemory memory,
            PaymentDialects dialects) {
        FilterRegistrationBean<PaymentRequestFilter> registration = new FilterRegistrationBean<>(
                new PaymentRequestFilter(bytes("max-request-body", properties.web().maxRequestBody()), memory,
                        dialects));
        registration.setOrder(PaymentRequestFilter.DEFAULT_ORDER);
        return registration;
    }

    @Bean
    FilterRegistrationBean<PaymentHoldFilter> x402PaymentHoldFilter(PaymentGate gate, X402Properties properties,
            HeldMemory memory) {
        FilterRegistrationBean<PaymentHoldFilter> registration = new FilterRegistrationBean<>(
                new PaymentHoldFilter(gate, bytes("max-held-response", properties.web().maxHeldResponse()), memory));
        registration.setOrder(PaymentHoldFilter.DEFAULT_ORDER);
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
            resolvers.add(new VerifiedPaymentArgumentResolver());
        }

    }

    /**
     * Tomcat closes the response below a wrapper after a forward, before a held answer
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

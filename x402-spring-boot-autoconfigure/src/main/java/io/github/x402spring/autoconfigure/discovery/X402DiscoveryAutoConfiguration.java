package io.github.x402spring.autoconfigure.discovery;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.ServletContext;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.X402DiscoveryProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.security.X402DefaultWebSecurityAutoConfiguration;
import io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration;
import io.github.x402spring.discovery.DiscoveryCatalog;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.security.SecurityPaymentAuthorizer;
import io.github.x402spring.security.web.SignInWithX;
import io.github.x402spring.webmvc.PaidEndpointRegistry;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the documents that tell agents
 * and registries what is sold.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402WebMvcAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(PaidEndpointRegistry.class)
@ConditionalOnBooleanProperty(name = "x402.discovery.enabled", matchIfMissing = true)
@EnableConfigurationProperties(X402DiscoveryProperties.class)
public final class X402DiscoveryAutoConfiguration {

    /** Built when it is first asked for, which is after all handlers are registered. */
    @Bean
    @Lazy
    DiscoveryCatalog x402DiscoveryCatalog(X402DiscoveryProperties discovery, X402Properties properties,
            PaidEndpointRegistry registry, ListableBeanFactory beanFactory, Environment environment,
            ObjectProvider<ServletContext> servletContext, ObjectProvider<DispatcherServletPath> servletPath) {
        DispatcherServletPath path = servletPath.getIfAvailable();
        ServletContext context = servletContext.getIfAvailable();
        String prefix = ((context != null) ? context.getContextPath() : "") + ((path != null) ? path.getPrefix() : "");
        SecurityPaymentAuthorizer security = beanFactory.getBeanProvider(SecurityPaymentAuthorizer.class)
            .getIfAvailable();
        PaidOperations operations = new PaidOperations(new PaidOperations.Settings(discovery,
                new JacksonSchemas(beanFactory.getBeanProvider(JsonMapper.class).getIfUnique(JsonMapper::new)),
                beanFactory.getBean(AssetRegistry.class),
                beanFactory.getBeanProvider(PriceResolver.class).getIfAvailable() != null, prefix,
                (endpoint) -> security != null && security.requiresIdentity(endpoint)));
        RequestMappingHandlerAdapter adapter = beanFactory.getBeanProvider(RequestMappingHandlerAdapter.class)
            .getIfAvailable();
        List<HandlerMethodArgumentResolver> resolvers = (adapter != null) ? adapter.getArgumentResolvers() : null;
        mappings(beanFactory).forEach((mapping) -> mapping.getHandlerMethods().forEach((info, handler) -> {
            RegisteredEndpoint endpoint = registry.find(handler);
            if (endpoint != null) {
                operations.add(endpoint, info, handler, (resolvers != null) ? resolvers : List.of());
            }
        }));
        registry.mappings().stream().filter((mapping) -> mapping.endpoint().functional()).forEach(operations::add);
        return new DiscoveryCatalog(new ServiceDescription(discovery, properties).service(
                environment.getProperty("spring.application.name"), prefix, challenge(properties, beanFactory),
                beanFactory.getBeanProvider(SignInWithX.class).getIfAvailable() != null), operations.list());
    }

    private static String challenge(X402Properties properties, ListableBeanFactory beanFactory) {
        String challenge = properties.authorization().challenge();
        if (challenge != null) {
            return challenge;
        }
        return beanFactory.containsBean(X402DefaultWebSecurityAutoConfiguration.PAID_ENDPOINTS_CHAIN) ? "Basic"
                : "Bearer";
    }

    private static List<RequestMappingInfoHandlerMapping> mappings(ListableBeanFactory beanFactory) {
        return List.copyOf(BeanFactoryUtils
            .beansOfTypeIncludingAncestors(beanFactory, RequestMappingInfoHandlerMapping.class, true, false)
            .values());
    }

    @Bean
    DiscoveryHandlerMapping x402DiscoveryHandlerMapping(ObjectProvider<DiscoveryCatalog> catalog,
            X402DiscoveryProperties properties, ListableBeanFactory beanFactory) {
        String icon = properties.icon();
        if (icon != null && (!icon.startsWith("/") || icon.indexOf('?') >= 0 || icon.indexOf('*') >= 0)) {
            throw new InvalidX402ConfigurationException("x402.discovery.icon is not a path of this server",
                    "Set x402.discovery.icon to a path such as /favicon.ico.");
        }
        return new DiscoveryHandlerMapping(catalog::getObject, () -> mappings(beanFactory), properties.wellKnown());
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "x402.discovery.bazaar", matchIfMissing = true)
    ChallengeExtensions x402BazaarExtension(ObjectProvider<DiscoveryCatalog> catalog) {
        return new LazyBazaar(catalog);
    }

    /**
     * Extension {@code bazaar} of a catalog that is built when all handlers are known.
     */
    private static final class LazyBazaar implements ChallengeExtensions {

        private final Supplier<ChallengeExtensions> bazaar;

        LazyBazaar(ObjectProvider<DiscoveryCatalog> catalog) {
            this.bazaar = SingletonSupplier.of(() -> catalog.getObject().bazaar());
        }

        @Override
        public boolean varies(PaidEndpointDefinition endpoint) {
            return false;
        }

        @Override
        public Map<String, Object> declare(PaidEndpointDefinition endpoint, String uri,
                List<PaymentRequirements> accepts) {
            return this.bazaar.get().declare(endpoint, uri, accepts);
        }

    }

}

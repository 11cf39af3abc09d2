package io.github.x402spring.autoconfigure.console;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.event.AuthorizationDeniedEvent;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402ConsoleProperties;
import io.github.x402spring.autoconfigure.ledger.X402OperationsAutoConfiguration;
import io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration;
import io.github.x402spring.operator.RefusalLog;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.security.SecurityPaymentAuthorizer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the console.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402WebMvcAutoConfiguration.class, X402OperationsAutoConfiguration.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBooleanProperty("x402.console.enabled")
@ConditionalOnBean(SellerSources.class)
@EnableConfigurationProperties(X402ConsoleProperties.class)
public final class X402ConsoleAutoConfiguration {

    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    private static Explorers explorers(X402ConsoleProperties properties) {
        try {
            return Explorers.of(properties.explorers());
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("x402.console.explorers cannot be used: " + ex
                .getMessage(), "Set x402.console.explorers.<network> to an address of http or https such as "
                        + "https://sepolia.basescan.org, or to nothing for no links. The network is an alias such as "
                        + "base-sepolia or a CAIP-2 name such as \"[eip155:84532]\".");
        }
    }

    @Bean
    ConsoleHandler x402ConsoleHandler(SellerSources sources, X402ConsoleProperties properties,
            ObjectProvider<RoleHierarchy> hierarchy, ObjectProvider<DispatcherServletPath> servletPath) {
        if (!PATH.matcher(properties.path()).matches() || properties.authority().isBlank()) {
            throw new InvalidX402ConfigurationException("The console has no path, or no caller may see it",
                    "Set x402.console.path to a path such as /x402/console, and x402.console.authority to an authority "
                            + "such as SCOPE_x402.console.");
        }
        AuthorityAuthorizationManager<Object> rule = AuthorityAuthorizationManager.hasAuthority(properties.authority());
        hierarchy.ifAvailable(rule::setRoleHierarchy);
        return new ConsoleHandler(sources, explorers(properties), rule, path(properties, servletPath));
    }

    /** Needs the handler, which rejects a path or an authority that cannot be used. */
    @Bean
    FilterRegistrationBean<ConsoleFilter> x402ConsoleFilter(ConsoleHandler handler, SellerSources sources,
            X402ConsoleProperties properties, ObjectProvider<DispatcherServletPath> servletPath) {
        String path = path(properties, servletPath);
        FilterRegistrationBean<ConsoleFilter> registration = new FilterRegistrationBean<>(
                new ConsoleFilter(sources, path, properties.authority()));
        registration.setOrder(ConsoleFilter.DEFAULT_ORDER);
        registration.setUrlPatterns(List.of(path, path + "/*"));
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        return registration;
    }

    private static String path(X402ConsoleProperties properties, ObjectProvider<DispatcherServletPath> servletPath) {
        DispatcherServletPath path = servletPath.getIfAvailable();
        return ((path != null) ? path.getPrefix() : "") + properties.path();
    }

    /** Before the application's own mappings, so that none of them serves the path. */
    @Bean
    SimpleUrlHandlerMapping x402ConsoleHandlerMapping(ConsoleHandler handler, X402ConsoleProperties properties) {
        return new SimpleUrlHandlerMapping(Map.of(properties.path(), handler, properties.path() + "/**", handler),
                Ordered.HIGHEST_PRECEDENCE + 10);
    }

    @Bean
    ApplicationListener<AuthorizationDeniedEvent<?>> x402RefusedRequestListener(RefusalLog log,
            ObjectProvider<Clock> clock) {
        return SecurityPaymentAuthorizer.refusalListener(log, clock.getIfAvailable(Clock::systemUTC));
    }

}

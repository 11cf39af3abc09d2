package io.github.x402spring.autoconfigure.console;

import java.time.Clock;
import java.util.Map;
import java.util.regex.Pattern;

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
import org.springframework.core.Ordered;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.autoconfigure.X402ConsoleProperties;
import io.github.x402spring.autoconfigure.X402OverloadAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402PaymentHistoryAutoConfiguration;
import io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration;
import io.github.x402spring.console.ConsoleHandler;
import io.github.x402spring.console.ConsoleSources;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.gate.PaidEndpointCatalog;
import io.github.x402spring.gate.PaymentIntake;
import io.github.x402spring.gate.RefusalLog;
import io.github.x402spring.ledger.HourlyTotals;
import io.github.x402spring.ledger.PaymentHistory;
import io.github.x402spring.security.RefusedRequestListener;
import io.github.x402spring.webmvc.InvalidPaidEndpointException;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the operator's page.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402WebMvcAutoConfiguration.class, X402OverloadAutoConfiguration.class,
        X402PaymentHistoryAutoConfiguration.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBooleanProperty("x402.console.enabled")
@ConditionalOnBean({ PaidEndpointCatalog.class, FacilitatorCircuits.class, PaymentIntake.class })
@EnableConfigurationProperties(X402ConsoleProperties.class)
public final class X402ConsoleAutoConfiguration {

    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    @Bean
    ConsoleHandler x402ConsoleHandler(X402ConsoleProperties properties, ObjectProvider<PaymentHistory> history,
            ObjectProvider<HourlyTotals> totals, RefusalLog refusals, PaidEndpointCatalog catalog, PaymentIntake intake,
            FacilitatorCircuits circuits, AmountFormat format, ObjectProvider<Clock> clock,
            ObjectProvider<RoleHierarchy> hierarchy, ObjectProvider<DispatcherServletPath> servletPath) {
        if (!PATH.matcher(properties.path()).matches() || properties.authority().isBlank()) {
            throw new InvalidPaidEndpointException("The operator's page has no path, or nobody may see it",
                    "Set x402.console.path to a path such as /x402/console, and x402.console.authority to an authority "
                            + "such as SCOPE_x402.console.");
        }
        AuthorityAuthorizationManager<Object> rule = AuthorityAuthorizationManager.hasAuthority(properties.authority());
        hierarchy.ifAvailable(rule::setRoleHierarchy);
        DispatcherServletPath path = servletPath.getIfAvailable();
        return new ConsoleHandler(
                new ConsoleSources(history.getIfAvailable(), totals.getIfAvailable(), refusals, catalog, intake,
                        circuits, format, clock.getIfAvailable(Clock::systemUTC)),
                rule, ((path != null) ? path.getPrefix() : "") + properties.path());
    }

    /** Before the application's own mappings: nobody else answers below the path. */
    @Bean
    SimpleUrlHandlerMapping x402ConsoleHandlerMapping(ConsoleHandler handler, X402ConsoleProperties properties) {
        return new SimpleUrlHandlerMapping(Map.of(properties.path(), handler, properties.path() + "/**", handler),
                Ordered.HIGHEST_PRECEDENCE + 10);
    }

    @Bean
    RefusedRequestListener x402RefusedRequestListener(RefusalLog log, ObjectProvider<Clock> clock) {
        return new RefusedRequestListener(log, clock.getIfAvailable(Clock::systemUTC));
    }

}

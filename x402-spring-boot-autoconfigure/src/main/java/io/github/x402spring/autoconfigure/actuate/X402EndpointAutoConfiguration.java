package io.github.x402spring.autoconfigure.actuate;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

import io.github.x402spring.autoconfigure.X402ConsoleProperties;
import io.github.x402spring.autoconfigure.ledger.X402LedgerAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402OperationsAutoConfiguration;
import io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.operator.OperatorListener;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.security.RevocationRegistry;
import io.github.x402spring.security.RevocationRegistry.Kind;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the endpoints of Actuator, and
 * for the part of {@code /actuator/info} that is about payments.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402LedgerAutoConfiguration.class, X402OperationsAutoConfiguration.class,
        X402WebMvcAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@EnableConfigurationProperties({ X402PaymentsEndpointProperties.class, X402ConsoleProperties.class })
public final class X402EndpointAutoConfiguration {

    /** Actuator serves its operations on the thread of the request. */
    private static @Nullable String operator() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || authentication instanceof AnonymousAuthenticationToken) {
            return null;
        }
        return authentication.isAuthenticated() ? authentication.getName() : null;
    }

    @Bean
    @ConditionalOnBean(SellerSources.class)
    X402InfoContributor x402InfoContributor(SellerSources sources) {
        return new X402InfoContributor(sources);
    }

    @Bean
    @ConditionalOnBean(SellerSources.class)
    OperatorJournal x402OperatorJournal(SellerSources sources, ObjectProvider<OperatorListener> listeners) {
        return new OperatorJournal(X402EndpointAutoConfiguration::operator, listeners.orderedStream().toList(),
                sources.clock());
    }

    /** A class of its own, because its condition needs Actuator. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnAvailableEndpoint(X402Endpoint.class)
    static class SellerConfiguration {

        @Bean
        @ConditionalOnBean(SellerSources.class)
        X402Endpoint x402Endpoint(SellerSources sources, OperatorJournal journal) {
            return new X402Endpoint(sources, journal);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnAvailableEndpoint(X402PaymentsEndpoint.class)
    static class PaymentsConfiguration {

        @Bean
        @ConditionalOnBean(SellerSources.class)
        X402PaymentsEndpoint x402PaymentsEndpoint(SellerSources sources, ObjectProvider<Reconciler> reconciler,
                OperatorJournal journal, X402PaymentsEndpointProperties properties) {
            PaymentHistory history = sources.history();
            return new X402PaymentsEndpoint((history != null) ? new PaymentsView(history, sources.format()) : null,
                    reconciler.getIfAvailable(), journal, properties.showValues());
        }

        @Bean
        @ConditionalOnBean(X402PaymentsEndpoint.class)
        @ConditionalOnAvailableEndpoint(endpoint = X402PaymentsEndpoint.class, exposure = EndpointExposure.WEB)
        X402PaymentsEndpointWebExtension x402PaymentsEndpointWebExtension(X402PaymentsEndpoint endpoint,
                X402PaymentsEndpointProperties properties, X402ConsoleProperties console) {
            return new X402PaymentsEndpointWebExtension(endpoint, properties.showValues(),
                    properties.rolesOr(console.authority()));
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnAvailableEndpoint(X402TasksEndpoint.class)
    static class TasksConfiguration {

        @Bean
        @ConditionalOnBean({ SellerSources.class, TaskRegistry.class })
        X402TasksEndpoint x402TasksEndpoint(TaskRegistry tasks, OperatorJournal journal) {
            return new X402TasksEndpoint(tasks, journal);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnAvailableEndpoint(X402RevocationsEndpoint.class)
    static class RevocationsConfiguration {

        @Bean
        @ConditionalOnBean(SellerSources.class)
        X402RevocationsEndpoint x402RevocationsEndpoint(ObjectProvider<RevocationRegistry> registries,
                OperatorJournal journal) {
            List<RevocationRegistry> all = registries.stream().toList();
            return new X402RevocationsEndpoint((kind, value, revoked) -> change(all, kind, value, revoked), journal);
        }

        private static void change(List<RevocationRegistry> registries, String kind, String value, boolean revoked) {
            if (registries.isEmpty()) {
                throw new UnsupportedOperationException("There is no registry of revocations");
            }
            Kind known = Kind.valueOf(kind.toUpperCase(Locale.ROOT));
            for (RevocationRegistry registry : registries) {
                if (revoked) {
                    registry.revoke(known, value);
                }
                else {
                    registry.restore(known, value);
                }
            }
        }

    }

}

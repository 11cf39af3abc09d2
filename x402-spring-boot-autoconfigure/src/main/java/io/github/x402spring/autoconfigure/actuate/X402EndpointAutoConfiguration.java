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
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

import io.github.x402spring.actuate.Revocations;
import io.github.x402spring.actuate.SellerOperations;
import io.github.x402spring.actuate.X402Endpoint;
import io.github.x402spring.actuate.X402EndpointWebExtension;
import io.github.x402spring.actuate.X402InfoContributor;
import io.github.x402spring.autoconfigure.X402ConsoleProperties;
import io.github.x402spring.autoconfigure.ledger.X402LedgerAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402OperationsAutoConfiguration;
import io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.operator.OperatorJournal;
import io.github.x402spring.operator.OperatorListener;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.security.RevocationRegistry;
import io.github.x402spring.security.RevocationRegistry.Kind;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link X402Endpoint} and what
 * {@code /actuator/info} says about payments.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402LedgerAutoConfiguration.class, X402OperationsAutoConfiguration.class,
        X402WebMvcAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@EnableConfigurationProperties({ X402EndpointProperties.class, X402ConsoleProperties.class })
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
    @ConditionalOnMissingBean
    X402InfoContributor x402InfoContributor(SellerSources sources) {
        return new X402InfoContributor(sources);
    }

    /** Its condition needs Actuator by itself. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnAvailableEndpoint(X402Endpoint.class)
    static class EndpointConfiguration {

        @Bean
        @ConditionalOnBean({ SellerSources.class, TaskRegistry.class })
        @ConditionalOnMissingBean
        X402Endpoint x402Endpoint(SellerSources sources, TaskRegistry tasks, ObjectProvider<Reconciler> reconciler,
                ObjectProvider<RevocationRegistry> revocations, ObjectProvider<OperatorListener> listeners,
                X402EndpointProperties properties) {
            OperatorJournal journal = new OperatorJournal(X402EndpointAutoConfiguration::operator,
                    listeners.orderedStream().toList(), sources.clock());
            SellerOperations operations = new SellerOperations(sources.intake(), sources.catalog(), tasks,
                    reconciler.getIfAvailable(), revocations(revocations.stream().toList()), journal);
            return new X402Endpoint(sources, operations, properties.showValues());
        }

        private static Revocations revocations(List<RevocationRegistry> registries) {
            return (kind, id, revoked) -> {
                if (registries.isEmpty()) {
                    throw new UnsupportedOperationException("There is nothing that remembers revocations");
                }
                Kind what = Kind.valueOf(kind.toUpperCase(Locale.ROOT));
                for (RevocationRegistry registry : registries) {
                    if (revoked) {
                        registry.revoke(what, id);
                    }
                    else {
                        registry.restore(what, id);
                    }
                }
            };
        }

        @Bean
        @ConditionalOnBean(X402Endpoint.class)
        @ConditionalOnMissingBean
        @ConditionalOnAvailableEndpoint(endpoint = X402Endpoint.class, exposure = EndpointExposure.WEB)
        X402EndpointWebExtension x402EndpointWebExtension(X402Endpoint endpoint, X402EndpointProperties properties,
                X402ConsoleProperties console) {
            return new X402EndpointWebExtension(endpoint, properties.showValues(),
                    properties.rolesOr(console.authority()));
        }

    }

}

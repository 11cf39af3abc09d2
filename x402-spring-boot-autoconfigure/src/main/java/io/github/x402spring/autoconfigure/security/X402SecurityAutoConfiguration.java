package io.github.x402spring.autoconfigure.security;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.expression.ParseException;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.authorization.AuthorizationEventPublisher;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;
import org.springframework.security.authorization.SpringAuthorizationEventPublisher;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.client.RestClient;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.security.DelegatedPayerPolicy;
import io.github.x402spring.security.ObligationHandler;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.PaidRequestExpressions;
import io.github.x402spring.security.PayerBinding;
import io.github.x402spring.security.RevocationRegistry;
import io.github.x402spring.security.SecurityPaymentAuthorizer;
import io.github.x402spring.security.web.SignInWithX;
import io.github.x402spring.security.web.X402HttpConfigurer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the bridge from the payment gate
 * to Spring Security's authorization.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402AutoConfiguration.class,
        afterName = "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration")
public final class X402SecurityAutoConfiguration {

    /**
     * Policy on paid requests of every transport. Where no web server authenticates
     * callers, the security context is that of the code that sells.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnPaymentGate
    @ConditionalOnClass(AuthorizationManager.class)
    static class AuthorizerConfiguration {

        @Bean(defaultCandidate = false)
        PaidRequestExpressions x402PaidRequestExpressions(X402Properties properties, BeanFactory beanFactory,
                ObjectProvider<RoleHierarchy> roleHierarchy) {
            DefaultAuthorizationManagerFactory<PaidRequest> factory = new DefaultAuthorizationManagerFactory<>();
            roleHierarchy.ifAvailable(factory::setRoleHierarchy);
            try {
                return new PaidRequestExpressions(properties.authorization().defaultRule(), beanFactory, factory);
            }
            catch (ParseException | IllegalArgumentException ex) {
                throw new InvalidX402ConfigurationException("The default rule for paid endpoints is not an expression",
                        "Set x402.authorization.default to authenticated, permit-all, deny-all or a Spring Security "
                                + "expression.");
            }
        }

        @Bean
        @ConditionalOnProperty("x402.authorization.opa.url")
        @ConditionalOnMissingBean
        OpaAuthorizationManager x402OpaAuthorizationManager(RestClient.Builder builder, X402Properties properties) {
            X402Properties.DecisionPoint opa = properties.authorization().opa();
            return new OpaAuthorizationManager(DecisionPointChecks.url("opa", opa), builder, opa.timeout(),
                    opa.maxConcurrentCalls());
        }

        @Bean
        @ConditionalOnProperty("x402.authorization.authzen.url")
        @ConditionalOnMissingBean
        AuthZenAuthorizationManager x402AuthZenAuthorizationManager(RestClient.Builder builder,
                X402Properties properties) {
            X402Properties.DecisionPoint authzen = properties.authorization().authzen();
            return new AuthZenAuthorizationManager(DecisionPointChecks.url("authzen", authzen), builder,
                    authzen.timeout(), authzen.maxConcurrentCalls());
        }

        @Bean
        @ConditionalOnMissingBean
        RevocationRegistry x402RevocationRegistry() {
            return RevocationRegistry.inMemory();
        }

        @Bean
        @ConditionalOnMissingBean
        DelegatedPayerPolicy x402DelegatedPayerPolicy(X402Properties properties) {
            return DelegationsBuilder.build(properties);
        }

        /**
         * Not one of the application's policies, which would replace the default rule.
         */
        @Bean(defaultCandidate = false)
        AuthorizationManager<PaidRequest> x402PayerRules(X402Properties properties, DelegatedPayerPolicy delegations,
                RevocationRegistry revocations, ObjectProvider<Clock> clock) {
            Map<String, PayerBinding> bindings = new HashMap<>();
            properties.endpoints().forEach((name, endpoint) -> bindings.put(name, endpoint.payerBinding()));
            return PayerBinding.rules(bindings, delegations, revocations, clock.getIfAvailable(Clock::systemUTC));
        }

        @Bean
        @ConditionalOnMissingBean(PaymentAuthorizer.class)
        SecurityPaymentAuthorizer x402PaymentAuthorizer(BeanFactory beanFactory,
                @Qualifier("x402PayerRules") AuthorizationManager<PaidRequest> payerRules,
                ObjectProvider<AuthorizationManager<PaidRequest>> managers, ObjectProvider<ObligationHandler> handlers,
                ObjectProvider<AuthorizationEventPublisher> publisher, ApplicationEventPublisher events,
                ObjectProvider<Clock> clock) {
            return new SecurityPaymentAuthorizer(beanFactory.getBean(PaidRequestExpressions.class),
                    managers.orderedStream().toList(), payerRules, handlers.orderedStream().toList(),
                    publisher.getIfAvailable(() -> new SpringAuthorizationEventPublisher(events)), events,
                    clock.getIfAvailable(Clock::systemUTC));
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.SERVLET)
    @ConditionalOnClass(HttpSecurity.class)
    static class ServletConfiguration {

        @Bean
        AuthHints x402AuthHints(ObjectProvider<SecurityPaymentAuthorizer> authorizer, X402Properties properties,
                ObjectProvider<SignInWithX> signIn, ObjectProvider<RestClient.Builder> builder,
                ObjectProvider<Clock> clock) {
            SecurityPaymentAuthorizer security = authorizer.getIfAvailable();
            return new AuthHints((endpoint) -> security != null && security.requiresIdentity(endpoint),
                    AuthHintsBuilder.oauth2(properties.authHints(), builder, clock.getIfAvailable(Clock::systemUTC)),
                    signIn.getIfAvailable());
        }

        @Bean
        @ConditionalOnMissingBean
        EnvelopeRenderer x402EnvelopeRenderer(X402Properties properties) {
            return new EnvelopeRenderer(properties.envelope().contact());
        }

        /** Spring Security applies it to every filter chain. */
        @Bean
        @ConditionalOnBooleanProperty("x402.envelope.enabled")
        Customizer<HttpSecurity> x402EnvelopeCustomizer() {
            return (http) -> http.with(X402HttpConfigurer.x402(), Customizer.withDefaults());
        }

        /** Rejects what Spring Security's default firewall rejects. */
        @Bean
        @Fallback
        @ConditionalOnPaymentGate
        @ConditionalOnMissingBean(HttpFirewall.class)
        StrictHttpFirewall x402HttpFirewall() {
            StrictHttpFirewall firewall = new StrictHttpFirewall();
            firewall.setAllowedHeaderValues(new AllowedHeaderValues());
            return firewall;
        }

    }

}

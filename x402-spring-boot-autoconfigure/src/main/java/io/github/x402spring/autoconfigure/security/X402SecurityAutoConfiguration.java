package io.github.x402spring.autoconfigure.security;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.expression.ParseException;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;

import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.gate.PaymentAuthorizer;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.PaidRequestExpressions;
import io.github.x402spring.security.SecurityPaymentAuthorizer;
import io.github.x402spring.webmvc.InvalidPaidEndpointException;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the bridge from the payment gate
 * to Spring Security's authorization.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402AutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
public final class X402SecurityAutoConfiguration {

    @Bean(defaultCandidate = false)
    PaidRequestExpressions x402PaidRequestExpressions(X402Properties properties, BeanFactory beanFactory,
            ObjectProvider<RoleHierarchy> roleHierarchy) {
        DefaultAuthorizationManagerFactory<PaidRequest> factory = new DefaultAuthorizationManagerFactory<>();
        roleHierarchy.ifAvailable(factory::setRoleHierarchy);
        try {
            return new PaidRequestExpressions(properties.authorization().defaultRule(), beanFactory, factory);
        }
        catch (ParseException | IllegalArgumentException ex) {
            throw new InvalidPaidEndpointException("The default rule for paid endpoints is not an expression",
                    "Set x402.authorization.default to authenticated, permit-all, deny-all or a Spring Security "
                            + "expression.");
        }
    }

    @Bean
    @ConditionalOnMissingBean(PaymentAuthorizer.class)
    SecurityPaymentAuthorizer x402PaymentAuthorizer(BeanFactory beanFactory,
            ObjectProvider<AuthorizationManager<PaidRequest>> authorizationManager) {
        return new SecurityPaymentAuthorizer(beanFactory.getBean(PaidRequestExpressions.class),
                authorizationManager.getIfAvailable());
    }

}

package io.github.x402spring.security;

import java.util.Objects;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.gate.PaidEndpointDefinition;
import io.github.x402spring.gate.PaidExchange;
import io.github.x402spring.gate.PaymentAuthorizer;

/**
 * Has Spring Security decide about paid requests. Reads the security context and never
 * changes it: a payment is neither an identity nor a permission.
 *
 * @since 0.1.0
 */
public final class SecurityPaymentAuthorizer implements PaymentAuthorizer {

    private final SecurityContextHolderStrategy contextHolder = SecurityContextHolder.getContextHolderStrategy();

    private final AuthenticationTrustResolver trustResolver = new AuthenticationTrustResolverImpl();

    private final PaidRequestExpressions expressions;

    private final @Nullable AuthorizationManager<PaidRequest> authorizationManager;

    /**
     * Creates an authorizer.
     * @param expressions decides by the expressions of the endpoints
     * @param authorizationManager decides in place of the default rule, and besides what
     * an endpoint states itself; {@code null} if the application has none
     */
    public SecurityPaymentAuthorizer(PaidRequestExpressions expressions,
            @Nullable AuthorizationManager<PaidRequest> authorizationManager) {
        this.expressions = Objects.requireNonNull(expressions, "'expressions' must not be null");
        this.authorizationManager = authorizationManager;
    }

    @Override
    public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
        if (endpoint.authorize() == null && this.authorizationManager != null) {
            return false;
        }
        return !this.expressions.admitsAnonymous(endpoint) && !authenticated();
    }

    @Override
    public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange, VerifiedPayment payment) {
        PaidRequest request = new PaidRequest((HttpServletRequest) exchange.nativeRequest(), endpoint, payment);
        boolean granted;
        try {
            granted = granted(request);
        }
        catch (AccessDeniedException ex) {
            granted = false;
        }
        if (granted) {
            return Permission.GRANTED;
        }
        return authenticated() ? Permission.DENIED : Permission.UNAUTHENTICATED;
    }

    private boolean granted(PaidRequest request) {
        AuthorizationManager<PaidRequest> manager = this.authorizationManager;
        if (manager == null) {
            return granted(this.expressions, request);
        }
        boolean stated = request.endpoint().authorize() != null;
        return (!stated || granted(this.expressions, request)) && granted(manager, request);
    }

    /** Silence grants nothing. */
    private boolean granted(AuthorizationManager<PaidRequest> manager, PaidRequest request) {
        Supplier<@Nullable Authentication> authentication = this::authentication;
        AuthorizationResult result = manager.authorize(authentication, request);
        return result != null && result.isGranted();
    }

    private boolean authenticated() {
        return this.trustResolver.isAuthenticated(authentication());
    }

    private @Nullable Authentication authentication() {
        return this.contextHolder.getContext().getAuthentication();
    }

}

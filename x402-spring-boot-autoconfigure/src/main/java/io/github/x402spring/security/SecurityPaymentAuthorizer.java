package io.github.x402spring.security;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.AuthorizationEventPublisher;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.event.AuthorizationDeniedEvent;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.PolicyRuling;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.operator.RefusalLog;

/**
 * Payment authorizer that has Spring Security decide about paid requests. It reads the
 * security context and never changes it: a payment is neither an identity nor a
 * permission. Each refusal is published as Spring Security's own authorization event,
 * with the result of the policy that refused; callers see no more than the
 * {@link Denial}.
 *
 * @since 0.1.0
 */
public final class SecurityPaymentAuthorizer implements PaymentAuthorizer {

    private static final Logger logger = LoggerFactory.getLogger(SecurityPaymentAuthorizer.class);

    private static final AuthorizationResult GRANTED = new AuthorizationDecision(true);

    private static final AuthorizationResult ABSTAINED = new AuthorizationDecision(false);

    private static final String PAYER_RULES = "payer rules";

    private static final String OBLIGATIONS = "obligations";

    private final SecurityContextHolderStrategy contextHolder = SecurityContextHolder.getContextHolderStrategy();

    private final AuthenticationTrustResolver trustResolver = new AuthenticationTrustResolverImpl();

    private final PaidRequestExpressions expressions;

    private final List<AuthorizationManager<PaidRequest>> managers;

    private final AuthorizationManager<PaidRequest> payerRules;

    private final PolicyObligations obligations;

    private final AuthorizationEventPublisher refusals;

    /**
     * Creates an authorizer.
     * @param expressions the expressions of the endpoints
     * @param managers the policies that replace the default rule and apply besides what
     * an endpoint states itself; all of them have to agree
     * @param payerRules the rules on wallets, applied after the policies
     * @param handlers the application's own handlers of obligations, which take
     * precedence over those of the starter
     * @param refusals the publisher of refusals
     * @param events the publisher of {@link PolicyAuditEvent}
     * @param clock the source of time
     */
    public SecurityPaymentAuthorizer(PaidRequestExpressions expressions,
            List<AuthorizationManager<PaidRequest>> managers, AuthorizationManager<PaidRequest> payerRules,
            List<ObligationHandler> handlers, AuthorizationEventPublisher refusals, ApplicationEventPublisher events,
            Clock clock) {
        this.expressions = Objects.requireNonNull(expressions, "'expressions' must not be null");
        this.managers = List.copyOf(managers);
        this.payerRules = Objects.requireNonNull(payerRules, "'payerRules' must not be null");
        this.obligations = new PolicyObligations(events, clock, handlers);
        this.refusals = Objects.requireNonNull(refusals, "'refusals' must not be null");
    }

    /**
     * Creates a listener that records paid requests which a policy refused, with the rule
     * that decided.
     * @param log the log of refusals
     * @param clock the source of time
     * @return the listener; thread-safe
     */
    public static ApplicationListener<AuthorizationDeniedEvent<?>> refusalListener(RefusalLog log, Clock clock) {
        return new RefusedRequestListener(log, clock);
    }

    @Override
    public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
        return requiresIdentity(endpoint) && !authenticated();
    }

    /**
     * Returns whether an endpoint requires an identity before it looks at a payment.
     * Where only beans decide, this is unknown and counts as no.
     * @param endpoint the endpoint
     * @return whether it does
     */
    public boolean requiresIdentity(PaidEndpointDefinition endpoint) {
        return (endpoint.authorize() != null || this.managers.isEmpty()) && !this.expressions.admitsAnonymous(endpoint);
    }

    @Override
    public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange, VerifiedPayment payment) {
        PaidRequest request = new PaidRequest(exchange, endpoint, payment);
        List<PolicyRuling> rulings = new ArrayList<>(2);
        AuthorizationResult result = decide(request, rulings);
        if (result.isGranted()) {
            result = evaluate(this.payerRules, PAYER_RULES, request, rulings);
        }
        if (result.isGranted()) {
            result = this.obligations.carryOut(rulings, request);
            if (!result.isGranted()) {
                rulings.add(PolicyRules.ruling(result, OBLIGATIONS));
            }
        }
        if (result.isGranted()) {
            return new Permission.Granted(PolicyObligations.redaction(rulings), rulings);
        }
        Authentication caller = authentication();
        Supplier<@Nullable Authentication> refused = () -> caller;
        this.refusals.publishAuthorizationEvent(refused, request, result);
        return new Permission.Denied(Denials.of(result, this.trustResolver.isAuthenticated(caller)), rulings);
    }

    private AuthorizationResult decide(PaidRequest request, List<PolicyRuling> rulings) {
        AuthorizationResult result = GRANTED;
        String authorize = request.endpoint().authorize();
        if (this.managers.isEmpty() || authorize != null) {
            result = evaluate(this.expressions, PolicyRules.name(authorize), request, rulings);
        }
        for (AuthorizationManager<PaidRequest> manager : this.managers) {
            if (!result.isGranted()) {
                return result;
            }
            result = evaluate(manager, PolicyRules.name(manager), request, rulings);
        }
        return result;
    }

    private AuthorizationResult evaluate(AuthorizationManager<PaidRequest> manager, String name, PaidRequest request,
            List<PolicyRuling> rulings) {
        AuthorizationResult result = evaluate(manager, request);
        if (ComposedDecisions.hideObligations(result)) {
            logger
                .error("A policy for endpoint '{}' was composed by AuthorizationManagers, which hides the obligations "
                        + "of its parts; the request is refused. Declare each part as an AuthorizationManager<PaidRequest> "
                        + "bean instead", request.endpoint().name());
            result = X402AuthorizationDecision.denied().policy(name).cause("a composition hides obligations").build();
        }
        rulings.add(PolicyRules.ruling(result, name));
        return result;
    }

    /** A policy that abstains grants nothing. */
    private AuthorizationResult evaluate(AuthorizationManager<PaidRequest> manager, PaidRequest request) {
        Supplier<@Nullable Authentication> authentication = this::authentication;
        try {
            AuthorizationResult result = manager.authorize(authentication, request);
            return (result != null) ? result : ABSTAINED;
        }
        catch (AuthorizationDeniedException ex) {
            AuthorizationResult result = ex.getAuthorizationResult();
            return result.isGranted() ? ABSTAINED : result;
        }
        catch (AccessDeniedException ex) {
            return ABSTAINED;
        }
    }

    private boolean authenticated() {
        return this.trustResolver.isAuthenticated(authentication());
    }

    private @Nullable Authentication authentication() {
        return this.contextHolder.getContext().getAuthentication();
    }

}

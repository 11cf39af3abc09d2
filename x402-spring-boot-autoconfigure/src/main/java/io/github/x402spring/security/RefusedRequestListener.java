package io.github.x402spring.security;

import java.time.Clock;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.event.AuthorizationDeniedEvent;
import org.springframework.security.core.Authentication;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.PolicyRuling;
import io.github.x402spring.operator.Refusal;
import io.github.x402spring.operator.RefusalLog;

/**
 * Listener that records paid requests which a policy refused, with the rule that decided.
 */
final class RefusedRequestListener implements ApplicationListener<AuthorizationDeniedEvent<?>> {

    private final AuthenticationTrustResolver trustResolver = new AuthenticationTrustResolverImpl();

    private final RefusalLog log;

    private final Clock clock;

    /**
     * Creates a listener.
     * @param log the log of refusals
     * @param clock the source of time
     */
    RefusedRequestListener(RefusalLog log, Clock clock) {
        this.log = Objects.requireNonNull(log, "'log' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
    }

    @Override
    public void onApplicationEvent(AuthorizationDeniedEvent<?> event) {
        if (event.getSource() instanceof PaidRequest request) {
            VerifiedPayment payment = request.payment();
            Authentication authentication = event.getAuthentication().get();
            boolean known = this.trustResolver.isAuthenticated(authentication);
            AuthorizationResult result = event.getAuthorizationResult();
            this.log.add(new Refusal(this.clock.instant(), request.endpoint().name(),
                    Denials.of(result, known).reason(), rule(result, request.endpoint().authorize()), payment.payer(),
                    known ? authentication.getName() : null,
                    new Refusal.Worth(payment.network(), payment.asset(), payment.amount().value())));
        }
    }

    private static String rule(AuthorizationResult result, @Nullable String authorize) {
        PolicyRuling ruling = PolicyRules.ruling(result, PolicyRules.name(authorize));
        return ruling.cause().isEmpty() ? ruling.policy() : ruling.policy() + ": " + ruling.cause();
    }

}

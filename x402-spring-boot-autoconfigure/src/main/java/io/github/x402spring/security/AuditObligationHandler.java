package io.github.x402spring.security;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.PolicyObligation;

/**
 * Obligation handler that publishes a {@link PolicyAuditEvent}. An exception of a
 * listener refuses the request.
 */
final class AuditObligationHandler implements ObligationHandler {

    private final ApplicationEventPublisher events;

    AuditObligationHandler(ApplicationEventPublisher events) {
        this.events = events;
    }

    @Override
    public String type() {
        return PolicyObligation.AUDIT;
    }

    @Override
    public AuthorizationResult carryOut(PolicyObligation obligation, PaidRequest request) {
        this.events.publishEvent(new PolicyAuditEvent(request, obligation.attributes()));
        return new AuthorizationDecision(true);
    }

}

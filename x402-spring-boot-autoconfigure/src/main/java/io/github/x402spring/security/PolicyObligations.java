package io.github.x402spring.security;

import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.PolicyRuling;
import io.github.x402spring.exchange.Redaction;

/**
 * Execution of what policies oblige this server to do. Biased towards denial, as XACML
 * calls it: an obligation that has no handler, or is not carried out, turns a permission
 * into a refusal. Thread-safe.
 */
final class PolicyObligations {

    private static final Logger logger = LoggerFactory.getLogger(PolicyObligations.class);

    private static final AuthorizationResult DONE = new AuthorizationDecision(true);

    private final Map<String, ObligationHandler> handlers = new HashMap<>();

    /**
     * Creates obligations.
     * @param events the publisher of records for the audit
     * @param clock the source of time
     * @param handlers the application's own handlers, which take precedence over those of
     * the starter
     */
    PolicyObligations(ApplicationEventPublisher events, Clock clock, List<ObligationHandler> handlers) {
        handlers.forEach(this::add);
        List.of(new LogObligationHandler(), new AuditObligationHandler(events), new RateLimitObligationHandler(clock))
            .forEach(this::add);
    }

    private void add(ObligationHandler handler) {
        this.handlers.putIfAbsent(handler.type(), handler);
    }

    /**
     * Carries out all but the redaction.
     * @return granted if everything was done; else why the request is refused
     */
    AuthorizationResult carryOut(List<PolicyRuling> rulings, PaidRequest request) {
        for (PolicyRuling ruling : rulings) {
            for (PolicyObligation obligation : ruling.obligations()) {
                AuthorizationResult result = carryOut(obligation, request);
                if (!result.isGranted()) {
                    return result;
                }
            }
        }
        return DONE;
    }

    private AuthorizationResult carryOut(PolicyObligation obligation, PaidRequest request) {
        ObligationHandler handler = this.handlers.get(obligation.type());
        if (handler != null) {
            AuthorizationResult result = handler.carryOut(obligation, request);
            if (!result.isGranted() && !(result instanceof X402AuthorizationDecision)) {
                logger.error(
                        "An obligation of a policy for endpoint '{}' cannot be carried out; the request is refused",
                        request.endpoint().name());
            }
            return result;
        }
        if (PolicyObligation.REDACT.equals(obligation.type()) && redaction(obligation) != null) {
            return DONE;
        }
        logger.error("No handler carries out an obligation of a policy for endpoint '{}'; the request is refused",
                request.endpoint().name());
        return new AuthorizationDecision(false);
    }

    /** Returns what limits the response, or {@code null} if nothing does. */
    static @Nullable Redaction redaction(List<PolicyRuling> rulings) {
        Redaction all = null;
        for (PolicyRuling ruling : rulings) {
            for (PolicyObligation obligation : ruling.obligations()) {
                Redaction one = PolicyObligation.REDACT.equals(obligation.type()) ? redaction(obligation) : null;
                if (one != null) {
                    all = (all != null) ? all.and(one) : one;
                }
            }
        }
        return all;
    }

    private static @Nullable Redaction redaction(PolicyObligation obligation) {
        if (!(obligation.attributes().get("fields") instanceof Iterable<?> fields)) {
            return null;
        }
        Set<String> names = new LinkedHashSet<>();
        for (Object name : fields) {
            if (!(name instanceof String text) || text.isEmpty()) {
                return null;
            }
            names.add(text);
        }
        return new Redaction(names);
    }

}

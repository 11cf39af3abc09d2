package io.github.x402spring.security;

import java.util.Locale;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.PolicyObligation;

/**
 * Obligation handler that writes a line to the log. A policy chooses the level and may
 * name the line; its other attributes are not written, because they may hold anything.
 */
final class LogObligationHandler implements ObligationHandler {

    private static final Logger logger = LoggerFactory.getLogger("io.github.x402spring.policy");

    private static final Set<String> LEVELS = Set.of("debug", "info", "warn", "error");

    @Override
    public String type() {
        return PolicyObligation.LOG;
    }

    @Override
    public AuthorizationResult carryOut(PolicyObligation obligation, PaidRequest request) {
        String level = String.valueOf(obligation.attributes().getOrDefault("level", "info"));
        if (!LEVELS.contains(level)) {
            return new AuthorizationDecision(false);
        }
        logger.atLevel(Level.valueOf(level.toUpperCase(Locale.ROOT)))
            .log("A policy asks for a record of a request for endpoint '{}': {}", request.endpoint().name(),
                    (obligation.attributes().get("name") instanceof String name) ? LogText.name(name) : "unnamed");
        return new AuthorizationDecision(true);
    }

}

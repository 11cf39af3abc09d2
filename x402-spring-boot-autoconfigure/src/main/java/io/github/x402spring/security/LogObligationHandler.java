package io.github.x402spring.security;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.PolicyObligation;

/**
 * Writes a line to the log. A policy chooses its level and may give it a name; what else
 * a policy says is not written, since nobody knows what it holds.
 */
final class LogObligationHandler implements ObligationHandler {

    private static final Logger logger = LoggerFactory.getLogger("io.github.x402spring.policy");

    private static final Set<String> LEVELS = Set.of("debug", "info", "warn", "error");

    private static final int MAX_NAME_LENGTH = 64;

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
                    name(obligation.attributes().get("name")));
        return new AuthorizationDecision(true);
    }

    /** Policies come from elsewhere: a line stays a line. */
    private static String name(@Nullable Object name) {
        if (!(name instanceof String text)) {
            return "unnamed";
        }
        String line = text.replaceAll("[^A-Za-z0-9 ._:-]", "?");
        return line.substring(0, Math.min(line.length(), MAX_NAME_LENGTH));
    }

}

package io.github.x402spring.gate;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.limit.OutageLog;

/**
 * Check of the policy. An exception counts as a failure, which grants nothing.
 */
final class PolicyCheck {

    private static final Logger logger = LoggerFactory.getLogger(PolicyCheck.class);

    private final OutageLog outages = new OutageLog(logger);

    private final PaymentAuthorizer authorizer;

    PolicyCheck(PaymentAuthorizer authorizer) {
        this.authorizer = Objects.requireNonNull(authorizer, "'authorizer' must not be null");
    }

    /** Returns why a caller who is not authenticated is refused, or {@code null}. */
    @Nullable Reason refuseUnknown(PaymentAttempt attempt) {
        try {
            return this.authorizer.lacksIdentity(attempt.endpoint(), attempt.exchange()) ? Reason.UNAUTHENTICATED
                    : null;
        }
        catch (RuntimeException ex) {
            failed(attempt, ex);
            return Reason.TEMPORARILY_UNAVAILABLE;
        }
    }

    Permission authorize(Candidate candidate) {
        PaymentAttempt attempt = candidate.attempt();
        Permission permission = new Permission.Failed();
        try {
            permission = Objects.requireNonNull(
                    this.authorizer.authorize(attempt.endpoint(), attempt.exchange(), candidate.payment()),
                    "The policy returned no decision");
        }
        catch (RuntimeException ex) {
            failed(attempt, ex);
        }
        attempt.track().decided(permission);
        return permission;
    }

    private void failed(PaymentAttempt attempt, RuntimeException failure) {
        this.outages.error("The policy of endpoint '" + attempt.endpoint().name() + "' failed", failure);
    }

}

package io.github.x402spring.security;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;

/**
 * Mapping from a policy's result to the denial that the caller sees. Records of a refusal
 * take their reason from it, too.
 */
final class Denials {

    private Denials() {
    }

    /**
     * Returns the denial for a caller. Anonymous callers see the same denial for every
     * refusal but that of a reached limit.
     * @param result the result of the policy that refused the request
     * @param authenticated whether the caller is known
     */
    static Denial of(AuthorizationResult result, boolean authenticated) {
        X402AuthorizationDecision decision = (result instanceof X402AuthorizationDecision own) ? own : null;
        if (decision != null && decision.reason() == Reason.LIMIT_REACHED) {
            return new Denial(Reason.LIMIT_REACHED, Map.of(), seconds(decision.retryAfter()));
        }
        if (!authenticated) {
            return Denial.of(Reason.UNAUTHENTICATED);
        }
        if (decision != null && decision.reason() == Reason.PAYER_NOT_BOUND) {
            return Denial.of(Reason.PAYER_NOT_BOUND);
        }
        List<String> scopes = (decision != null) ? decision.requiredScopes() : ScopeNames.required(result);
        return scopes.isEmpty() ? Denial.of(Reason.FORBIDDEN)
                : new Denial(Reason.INSUFFICIENT_SCOPE, Map.of("scopes", scopes), null);
    }

    private static int seconds(@Nullable Duration retryAfter) {
        return (retryAfter != null) ? (int) Math.clamp(retryAfter.toSeconds(), 1, Integer.MAX_VALUE) : 1;
    }

}

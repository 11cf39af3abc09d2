package io.github.x402spring.autoconfigure.security;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.security.X402AuthorizationDecision;

/**
 * Reader of what an external policy replies besides yes or no: {@code obligations} (each
 * an object with a {@code type}), {@code advice} ({@code retry_after} in seconds,
 * {@code scopes}) and {@code reason}, which goes to the audit. A member that is there and
 * has another form makes the whole reply unusable: nothing that a policy demands is
 * dropped because it cannot be read. A member that is {@code null} counts as absent, and
 * unknown members are ignored.
 */
final class PolicyReply {

    private static final String OBLIGATIONS = "obligations";

    private static final int MAX_OBLIGATIONS = 32;

    private static final int MAX_SCOPES = 32;

    private PolicyReply() {
    }

    static X402AuthorizationDecision decision(boolean granted, Map<?, ?> context, PolicyDecisionPoint source,
            String policy) {
        X402AuthorizationDecision.Builder decision = granted ? X402AuthorizationDecision.granted()
                : X402AuthorizationDecision.denied();
        Object reason = context.get("reason");
        decision.policy(policy).cause((reason != null) ? reason.toString() : "");
        for (Object item : list(context.get(OBLIGATIONS), MAX_OBLIGATIONS, source)) {
            if (!(item instanceof Map<?, ?> obligation) || !(obligation.get("type") instanceof String type)) {
                throw source.unusable();
            }
            decision.obligation(type, attributes(obligation));
        }
        if (!granted) {
            advise(decision, object(context.get("advice"), source), source);
        }
        return decision.build();
    }

    /**
     * Returns an optional member that is an object.
     * @throws PolicyUnavailableException if it is there and none
     */
    static Map<?, ?> object(@Nullable Object value, PolicyDecisionPoint source) {
        return switch (value) {
            case null -> Map.of();
            case Map<?, ?> object -> object;
            default -> throw source.unusable();
        };
    }

    /**
     * Checks that a policy did not put obligations where they are not read.
     * @throws PolicyUnavailableException if it did
     */
    static void requireNoObligations(Map<?, ?> elsewhere, PolicyDecisionPoint source) {
        if (elsewhere.get(OBLIGATIONS) != null) {
            throw source.unusable();
        }
    }

    private static void advise(X402AuthorizationDecision.Builder decision, Map<?, ?> advice,
            PolicyDecisionPoint source) {
        Object retryAfter = advice.get("retry_after");
        if (retryAfter instanceof Number seconds) {
            decision.limitReached(Duration.ofSeconds(wholeSeconds(seconds)));
        }
        else if (retryAfter != null) {
            throw source.unusable();
        }
        List<String> scopes = new ArrayList<>();
        for (Object item : list(advice.get("scopes"), MAX_SCOPES, source)) {
            if (!(item instanceof String scope)) {
                throw source.unusable();
            }
            scopes.add(scope);
        }
        try {
            decision.requiredScopes(scopes);
        }
        catch (IllegalArgumentException ex) {
            throw source.unusable();
        }
    }

    private static long wholeSeconds(Number seconds) {
        BigDecimal exact = new BigDecimal(seconds.toString());
        if (exact.compareTo(BigDecimal.ONE) < 0) {
            return 1;
        }
        return exact.min(BigDecimal.valueOf(Integer.MAX_VALUE)).longValue();
    }

    private static Map<String, @Nullable Object> attributes(Map<?, ?> obligation) {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        obligation.forEach((name, value) -> {
            if (!"type".equals(name)) {
                attributes.put(String.valueOf(name), value);
            }
        });
        return attributes;
    }

    private static List<?> list(@Nullable Object value, int maxSize, PolicyDecisionPoint source) {
        return switch (value) {
            case null -> List.of();
            case List<?> list when list.size() <= maxSize -> list;
            default -> throw source.unusable();
        };
    }

}

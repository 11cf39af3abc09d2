package io.github.x402spring.security;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Reads what an external policy says beside yes or no: {@code obligations} (each an
 * object with a {@code type}), {@code advice} ({@code retry_after} in seconds,
 * {@code scopes}) and {@code reason}, which goes to the audit.
 */
final class PolicyAnswer {

    private static final int MAX_OBLIGATIONS = 32;

    private static final int MAX_CAUSE_LENGTH = 512;

    private PolicyAnswer() {
    }

    static X402AuthorizationDecision decision(boolean granted, Map<?, ?> context, PolicyDecisionPoint source,
            String policy) {
        X402AuthorizationDecision.Builder decision = granted ? X402AuthorizationDecision.granted()
                : X402AuthorizationDecision.denied();
        decision.policy(policy).cause(cause(context));
        for (Map<?, ?> obligation : objects(context.get("obligations"), source)) {
            if (!(obligation.get("type") instanceof String type)) {
                throw source.nonsense();
            }
            decision.obligation(type, attributes(obligation));
        }
        if (!granted && context.get("advice") instanceof Map<?, ?> advice) {
            advise(decision, advice, source);
        }
        return decision.build();
    }

    private static void advise(X402AuthorizationDecision.Builder decision, Map<?, ?> advice,
            PolicyDecisionPoint source) {
        if (advice.get("scopes") instanceof List<?> scopes) {
            List<String> names = scopes.stream().map(String::valueOf).toList();
            if (!names.stream().allMatch(ScopeNames::valid)) {
                throw source.nonsense();
            }
            decision.requiredScopes(names);
        }
        else if (advice.get("retry_after") instanceof Number seconds) {
            decision.limitReached(Duration.ofSeconds(Math.clamp(seconds.longValue(), 1, Integer.MAX_VALUE)));
        }
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

    private static List<? extends Map<?, ?>> objects(@Nullable Object value, PolicyDecisionPoint source) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list) || list.size() > MAX_OBLIGATIONS
                || !list.stream().allMatch(Map.class::isInstance)) {
            throw source.nonsense();
        }
        return list.stream().map((item) -> (Map<?, ?>) item).toList();
    }

    private static String cause(Map<?, ?> context) {
        Object reason = context.get("reason");
        String text = (reason != null) ? reason.toString() : "";
        return text.substring(0, Math.min(text.length(), MAX_CAUSE_LENGTH));
    }

}

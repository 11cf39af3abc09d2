package io.github.x402spring.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Decision;
import io.github.x402spring.decision.Obligation;
import io.github.x402spring.decision.RetryWith;

/**
 * Content of another service's decision envelope. Words that this version does not know
 * are read as the most careful ones: deny, never, unknown. Sentences come from the other
 * service: do not show them without escaping.
 *
 * @param status the HTTP status of the response
 * @param decision what was decided
 * @param reason the code of the reason, or the empty string
 * @param retryWith what would have to change for another attempt to end differently
 * @param retryAfter how long to wait before it, or {@code null} if that is not stated
 * @param charged whether the caller paid
 * @param obligations what the caller has to do
 * @param requiredScopes the scopes that are required; empty if scopes are not the reason
 * @param requestId the other service's name for the request, or the empty string
 * @param traceId the W3C trace id, or the empty string
 * @since 0.1.0
 */
public record ReceivedDecision(int status, Decision decision, String reason, RetryWith retryWith,
        @Nullable Duration retryAfter, Charged charged, List<ReceivedObligation> obligations,
        List<String> requiredScopes, String requestId, String traceId) {

    private static final int MAX_ITEMS = 32;

    public ReceivedDecision {
        obligations = List.copyOf(obligations);
        requiredScopes = List.copyOf(requiredScopes);
    }

    /**
     * Returns whether the identical payment may be presented again, which also means that
     * no new one may be signed now.
     * @return whether it may
     */
    public boolean keepsPayment() {
        return this.retryWith == RetryWith.SAME_PAYMENT || this.charged == Charged.UNKNOWN;
    }

    static ReceivedDecision of(int status, Map<String, @Nullable Object> tree) {
        Map<?, ?> context = object(tree.get("context"));
        Map<?, ?> advice = object(tree.get("advice"));
        Map<?, ?> payment = object(tree.get("payment"));
        List<ReceivedObligation> obligations = new ArrayList<>();
        for (Object item : items(tree.get("obligations"))) {
            Map<?, ?> obligation = object(item);
            obligations.add(new ReceivedObligation(text(obligation.get("type")),
                    known(Obligation.Level.class, obligation.get("level"), Obligation.Level.MUST),
                    text(obligation.get("message"))));
        }
        return new ReceivedDecision(status, known(Decision.class, tree.get("decision"), Decision.DENY),
                text(context.get("reason")), known(RetryWith.class, advice.get("retry_with"), RetryWith.NEVER),
                seconds(advice.get("retry_after")), known(Charged.class, payment.get("charged"), Charged.UNKNOWN),
                obligations, scopes(context), text(tree.get("request_id")), text(tree.get("trace_id")));
    }

    private static List<String> scopes(Map<?, ?> context) {
        return items(object(context.get("required")).get("scopes")).stream().map(ReceivedDecision::text).toList();
    }

    private static Map<?, ?> object(@Nullable Object value) {
        return (value instanceof Map<?, ?> map) ? map : Map.of();
    }

    private static List<?> items(@Nullable Object value) {
        return (value instanceof List<?> list) ? list.subList(0, Math.min(list.size(), MAX_ITEMS)) : List.of();
    }

    private static String text(@Nullable Object value) {
        return (value instanceof String text) ? text : "";
    }

    private static @Nullable Duration seconds(@Nullable Object value) {
        if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= Integer.MAX_VALUE) {
            return Duration.ofSeconds(number.longValue());
        }
        return null;
    }

    private static <E extends Enum<E>> E known(Class<E> type, @Nullable Object value, E careful) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        return careful;
    }

    /**
     * Action that the other service asks the caller to take.
     *
     * @param type what to do, such as {@code authenticate}; may be a word that this
     * version does not know
     * @param level how binding it is
     * @param message the same in a sentence
     */
    public record ReceivedObligation(String type, Obligation.Level level, String message) {
    }

}

package io.github.x402spring.scheme;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Terms under which a payment is recognized that may have been made under other ones.
 */
final class RecognitionTerms {

    /** In seconds. A payment may have been made when payments lived longer. */
    private static final long A_CENTURY = 3_155_760_000L;

    private static final int MAX_LENGTH = 128;

    private RecognitionTerms() {
    }

    /**
     * Takes from the client what may have changed since. Everything else, the recipient
     * above all, is ours.
     */
    static PaymentRequirements of(PaymentRequirements terms, PaymentPayload payload, Set<String> stated) {
        if (!(payload.accepted() instanceof Map<?, ?> accepted)) {
            return with(terms, terms.amount(), terms.extra());
        }
        TokenAmount amount = (accepted.get("amount") instanceof String text)
                ? TokenAmount.tryParse(text).orElse(terms.amount()) : terms.amount();
        Map<String, Object> extra = new LinkedHashMap<>(terms.extra());
        if (accepted.get("extra") instanceof Map<?, ?> echo) {
            stated.forEach((name) -> {
                Object value = echo.get(name);
                if (isPlain(value) && !PaymentScheme.SELLER_EXTRA.contains(name)) {
                    extra.put(name, value);
                }
            });
        }
        return with(terms, amount, extra);
    }

    private static PaymentRequirements with(PaymentRequirements terms, TokenAmount amount, Map<String, Object> extra) {
        return new PaymentRequirements(terms.scheme(), terms.network(), amount, terms.asset(), terms.payTo(), A_CENTURY,
                extra);
    }

    /** A facilitator states nothing else. */
    private static boolean isPlain(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case String text -> text.length() <= MAX_LENGTH;
            default -> value instanceof Number || value instanceof Boolean;
        };
    }

}

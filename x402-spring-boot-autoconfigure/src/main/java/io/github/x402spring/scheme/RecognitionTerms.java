package io.github.x402spring.scheme;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Terms that recognize a payment, which may have been made under other terms.
 */
final class RecognitionTerms {

    /** In seconds. A payment may have been made when terms allowed a longer validity. */
    private static final long A_CENTURY = 3_155_760_000L;

    private static final int MAX_LENGTH = 128;

    private RecognitionTerms() {
    }

    /**
     * Creates terms with those values of the client that may have changed since. All
     * others, above all the recipient, are ours.
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

    /** Checks whether a facilitator may have stated a value. */
    private static boolean isPlain(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case String text -> text.length() <= MAX_LENGTH;
            default -> value instanceof Number || value instanceof Boolean;
        };
    }

}

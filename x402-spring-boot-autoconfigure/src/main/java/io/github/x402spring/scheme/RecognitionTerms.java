package io.github.x402spring.scheme;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Terms under which a payment is recognized that may have been made under other ones.
 */
final class RecognitionTerms {

    private RecognitionTerms() {
    }

    /**
     * Takes from the client what may have changed since. Everything else, the recipient
     * above all, is ours.
     */
    static PaymentRequirements of(PaymentRequirements terms, PaymentPayload payload, Set<String> stated) {
        if (!(payload.accepted() instanceof Map<?, ?> accepted)) {
            return terms;
        }
        TokenAmount amount = (accepted.get("amount") instanceof String text)
                ? TokenAmount.tryParse(text).orElse(terms.amount()) : terms.amount();
        Map<String, Object> extra = new LinkedHashMap<>(terms.extra());
        if (accepted.get("extra") instanceof Map<?, ?> echo) {
            stated.forEach((name) -> {
                Object value = echo.get(name);
                if (value != null && !PaymentScheme.SELLER_EXTRA.contains(name)) {
                    extra.put(name, value);
                }
            });
        }
        return new PaymentRequirements(terms.scheme(), terms.network(), amount, terms.asset(), terms.payTo(),
                terms.maxTimeoutSeconds(), extra);
    }

}

package io.github.x402spring.autoconfigure.ledger;

import java.util.Locale;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Hides the key that encrypts kept answers, however the property is spelled.
 */
final class AnswerKeySanitizer implements SanitizingFunction {

    private static final String KEY = "x402ledgerkeepresponsekey";

    @Override
    public SanitizableData apply(SanitizableData data) {
        String key = data.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return key.contains(KEY) ? data.withSanitizedValue() : data;
    }

}

package io.github.x402spring.autoconfigure.observation;

import java.util.Locale;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Hides the key under which payers are hashed, however the property is spelled.
 */
final class PayerKeySanitizer implements SanitizingFunction {

    private static final String KEY = "x402observationspayerkey";

    @Override
    public SanitizableData apply(SanitizableData data) {
        String key = data.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return key.contains(KEY) ? data.withSanitizedValue() : data;
    }

}

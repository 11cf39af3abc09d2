package io.github.x402spring.gate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Extension {@code payment-identifier}: its declaration in the terms, and the client's
 * identifier in a payment. Thread-safe.
 *
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * payment-identifier</a>
 */
final class PaymentIdentifierExtension implements ChallengeExtensions {

    /** The key of the extension. */
    public static final String KEY = "payment-identifier";

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_-]{16,128}");

    private static final Map<String, Object> SCHEMA = ordered("$schema", "https://json-schema.org/draft/2020-12/schema",
            "type", "object", "properties",
            ordered("required", ordered("type", "boolean"), "id",
                    ordered("type", "string", "minLength", 16, "maxLength", 128, "pattern", "^[a-zA-Z0-9_-]+$")),
            "required", List.of("required"));

    private static final Map<String, Object> OPTIONAL = declaration(false);

    private static final Map<String, Object> REQUIRED = declaration(true);

    @Override
    public boolean varies(PaidEndpointDefinition endpoint) {
        return false;
    }

    @Override
    public boolean required(PaidEndpointDefinition endpoint, String extension) {
        return KEY.equals(extension) && endpoint.identifier() == PaymentIdentifierMode.REQUIRED;
    }

    @Override
    public Map<String, Object> declare(PaidEndpointDefinition endpoint, String uri, List<PaymentRequirements> accepts) {
        return switch (endpoint.identifier()) {
            case OFF -> Map.of();
            case OPTIONAL -> OPTIONAL;
            case REQUIRED -> REQUIRED;
        };
    }

    private static Map<String, Object> declaration(boolean required) {
        return ordered(KEY, ordered("info", ordered("required", required), "schema", SCHEMA));
    }

    /** In the order of the specification, at every start. */
    private static Map<String, Object> ordered(Object... members) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            map.put((String) members[i], members[i + 1]);
        }
        return Collections.unmodifiableMap(map);
    }

    /**
     * Finds the client's identifier.
     * @return the identifier, or {@code null} if there is none and none is required
     */
    static @Nullable String identifier(PaymentPayload payload, PaymentIdentifierMode mode) {
        Object id = (payload.tree().get("extensions") instanceof Map<?, ?> extensions) ? id(extensions.get(KEY)) : null;
        if (id == null && mode == PaymentIdentifierMode.OPTIONAL) {
            return null;
        }
        if (id instanceof String text && IDENTIFIER.matcher(text).matches()) {
            return text;
        }
        throw new UnreadableRequestException(Reason.PAYMENT_IDENTIFIER);
    }

    private static @Nullable Object id(@Nullable Object extension) {
        if (extension == null) {
            return null;
        }
        if (extension instanceof Map<?, ?> map && map.get("info") instanceof Map<?, ?> info) {
            return info.get("id");
        }
        throw new UnreadableRequestException(Reason.PAYMENT_IDENTIFIER);
    }

}

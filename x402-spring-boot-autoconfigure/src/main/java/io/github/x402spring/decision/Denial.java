package io.github.x402spring.decision;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Is why a policy refuses a request, as far as the caller may know.
 *
 * @param reason why
 * @param required what would be needed, by kind, such as {@code scopes}; empty if the
 * caller need not know
 * @param retryAfterSeconds when to try again, in seconds, or {@code null} if waiting does
 * not help
 * @since 0.1.0
 */
public record Denial(Reason reason, Map<String, Object> required, @Nullable Integer retryAfterSeconds) {

    public Denial {
        Objects.requireNonNull(reason, "'reason' must not be null");
        required = Collections.unmodifiableMap(new LinkedHashMap<>(required));
    }

    /**
     * Creates a denial that says no more than its reason.
     * @param reason why
     * @return the denial
     */
    public static Denial of(Reason reason) {
        return new Denial(reason, Map.of(), null);
    }

}

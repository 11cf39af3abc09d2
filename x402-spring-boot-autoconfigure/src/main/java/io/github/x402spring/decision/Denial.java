package io.github.x402spring.decision;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Reason for which a request is refused, as far as the caller may see.
 *
 * @param reason why
 * @param required what would be needed, by kind, such as {@code scopes}; empty if the
 * caller does not see it
 * @param retryAfterSeconds when to try again, in seconds, or {@code null} if waiting does
 * not help
 * @param charged whether the payment of the request was charged, as far as that is known;
 * mostly that of the reason
 * @since 0.1.0
 */
public record Denial(Reason reason, Map<String, Object> required, @Nullable Integer retryAfterSeconds,
        Charged charged) {

    public Denial {
        Objects.requireNonNull(reason, "'reason' must not be null");
        Objects.requireNonNull(charged, "'charged' must not be null");
        if (reason.challenges() && charged != Charged.NO) {
            throw new IllegalArgumentException("'charged' must be no where a new payment is asked for");
        }
        required = Collections.unmodifiableMap(new LinkedHashMap<>(required));
    }

    /**
     * Creates a denial with the charge state of its reason.
     * @param reason why
     * @param required what would be needed, by kind
     * @param retryAfterSeconds when to try again, in seconds, or {@code null} if waiting
     * does not help
     */
    public Denial(Reason reason, Map<String, Object> required, @Nullable Integer retryAfterSeconds) {
        this(reason, required, retryAfterSeconds,
                Objects.requireNonNull(reason, "'reason' must not be null").charged());
    }

    /**
     * Creates a denial with nothing but its reason.
     * @param reason why
     * @return the denial
     */
    public static Denial of(Reason reason) {
        return new Denial(reason, Map.of(), null);
    }

    /**
     * Returns the denial with what is known of its payment.
     * @param charged whether the payment was charged
     * @return the denial
     */
    public Denial withCharged(Charged charged) {
        return new Denial(this.reason, this.required, this.retryAfterSeconds, charged);
    }

}

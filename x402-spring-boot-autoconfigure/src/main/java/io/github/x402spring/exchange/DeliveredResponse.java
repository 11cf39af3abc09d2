package io.github.x402spring.exchange;

import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Part of a handler's own response that left. Challenges and refusals are none.
 *
 * @param delivery whether a paid response was delivered
 * @param bytes the length of the body that left
 * @param sha256 the SHA-256 digest of the body that left, in hexadecimal digits, or
 * {@code null} if no listener wants it
 * @param overflowed whether the response was longer than what is held, so that the
 * payment was settled before all of it was known
 * @since 0.1.0
 */
public record DeliveredResponse(Delivery delivery, long bytes, @Nullable String sha256, boolean overflowed) {

    /** Nothing left. */
    public static final DeliveredResponse NONE = new DeliveredResponse(Delivery.NONE, 0, null, false);

    public DeliveredResponse {
        Objects.requireNonNull(delivery, "'delivery' must not be null");
    }

    /**
     * Delivery of a paid response.
     */
    public enum Delivery {

        /** There was no response that was paid for. */
        NONE,

        /** The whole response was delivered. */
        WHOLE,

        /** The response was paid for and did not get through, or not all of it. */
        BROKEN;

        private final String value = name().toLowerCase(Locale.ROOT);

        /**
         * Returns the name in meters and records.
         * @return the name
         */
        public String value() {
            return this.value;
        }

    }

}

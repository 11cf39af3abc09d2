package io.github.x402spring.exchange;

import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Is what left of a handler's own answer. Challenges and refusals are none.
 *
 * @param delivery whether a paid answer was delivered
 * @param bytes the length of the body that left
 * @param sha256 the SHA-256 digest of the body that left, in hexadecimal digits, or
 * {@code null} if nobody wants it
 * @param overflowed whether the answer was longer than what is held, so that the payment
 * was settled before all of it was known
 * @since 0.1.0
 */
public record DeliveredAnswer(Delivery delivery, long bytes, @Nullable String sha256, boolean overflowed) {

    /** Nothing left. */
    public static final DeliveredAnswer NONE = new DeliveredAnswer(Delivery.NONE, 0, null, false);

    public DeliveredAnswer {
        Objects.requireNonNull(delivery, "'delivery' must not be null");
    }

    /**
     * Says whether a paid answer was delivered.
     */
    public enum Delivery {

        /** There was no answer that was paid for. */
        NONE,

        /** The whole answer was delivered. */
        WHOLE,

        /** The answer was paid for and did not get through, or not all of it. */
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

package io.github.x402spring.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Outcome of an attempt to take from limits.
 *
 * @since 0.1.0
 */
public sealed interface ExposureResult {

    /**
     * There was room in every limit. Entitles its holder to give back what a payment
     * took.
     *
     * @param token distinguishes this reservation from others
     * @param exposures what was taken
     * @param since the time of the reservation, by the clock of the ledger
     * @param committed whether it counts although its holder may be gone
     */
    record Reserved(String token, List<Exposure> exposures, Instant since,
            boolean committed) implements ExposureResult {

        public Reserved {
            Objects.requireNonNull(token, "'token' must not be null");
            exposures = exposures.stream().sorted(Exposure.ORDER).toList();
            Objects.requireNonNull(since, "'since' must not be null");
        }

        /**
         * Returns the same, committed.
         * @return the reservation
         */
        public Reserved commit() {
            return new Reserved(this.token, this.exposures, this.since, true);
        }

    }

    /**
     * A limit is reached; nothing was taken from any.
     *
     * @param limit the name of the limit
     * @param retryAfter how long to wait until there is room, as things stand
     */
    record Exceeded(String limit, Duration retryAfter) implements ExposureResult {
    }

}

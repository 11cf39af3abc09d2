package io.github.x402spring.ledger;

import java.time.Duration;

/**
 * Is what became of an attempt to take from limits.
 *
 * @since 0.1.0
 */
public sealed interface ExposureResult {

    /**
     * There was room in every limit.
     *
     * @param reservation what entitles the caller to give it back
     */
    record Reserved(ExposureReservation reservation) implements ExposureResult {
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

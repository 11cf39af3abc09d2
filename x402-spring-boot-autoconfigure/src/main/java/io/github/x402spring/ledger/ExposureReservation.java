package io.github.x402spring.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Entitles its holder to give back what a payment took from limits.
 *
 * @param token tells this reservation from others
 * @param exposures what was taken
 * @param since when it was, by the clock of the ledger
 * @param committed whether it counts although its holder may be gone
 * @since 0.1.0
 */
public record ExposureReservation(String token, List<Exposure> exposures, Instant since, boolean committed) {

    public ExposureReservation {
        Objects.requireNonNull(token, "'token' must not be null");
        exposures = exposures.stream().sorted(Exposure.ORDER).toList();
        Objects.requireNonNull(since, "'since' must not be null");
    }

    /**
     * Returns the same, committed.
     * @return the reservation
     */
    public ExposureReservation commit() {
        return new ExposureReservation(this.token, this.exposures, this.since, true);
    }

}

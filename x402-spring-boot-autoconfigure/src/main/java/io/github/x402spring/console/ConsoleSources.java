package io.github.x402spring.console;

import java.time.Clock;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.operator.RefusalLog;

/**
 * Is what the console looks at.
 *
 * @param history tells what is on record, or {@code null} if nothing does
 * @param totals adds it up, or {@code null} if nothing does
 * @param refusals remembers refusals
 * @param catalog knows what is for sale
 * @param intake says what is taken
 * @param circuits knows how the facilitator is
 * @param format writes amounts
 * @param explorers knows addresses at block explorers; none are shown while settlements
 * are simulated, because no chain has their transactions
 * @param simulated whether the facilitator moves no money
 * @param clock the source of time
 * @since 0.1.0
 */
public record ConsoleSources(@Nullable PaymentHistory history, @Nullable HourlyTotals totals, RefusalLog refusals,
        PaidEndpointCatalog catalog, PaymentIntake intake, FacilitatorCircuits circuits, AmountFormat format,
        Explorers explorers, boolean simulated, Clock clock) {

    public ConsoleSources {
        Objects.requireNonNull(refusals, "'refusals' must not be null");
        Objects.requireNonNull(catalog, "'catalog' must not be null");
        Objects.requireNonNull(intake, "'intake' must not be null");
        Objects.requireNonNull(circuits, "'circuits' must not be null");
        Objects.requireNonNull(format, "'format' must not be null");
        Objects.requireNonNull(explorers, "'explorers' must not be null");
        explorers = simulated ? Explorers.NONE : explorers;
        Objects.requireNonNull(clock, "'clock' must not be null");
    }

}

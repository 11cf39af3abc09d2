package io.github.x402spring.operator;

import java.time.Clock;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.endpoint.OfferSupport;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.limit.PaymentIntake;

/**
 * What operators look at, by Actuator and on the console.
 *
 * @param intake says what is taken
 * @param catalog knows what is for sale
 * @param circuits knows how the facilitator is
 * @param facilitator what kind of facilitator there is
 * @param ledger what kind of ledger there is
 * @param simulated whether the facilitator moves no money
 * @param history tells what is on record, or {@code null} if nothing does
 * @param totals adds it up, or {@code null} if nothing does
 * @param support compares offers with what the facilitator supports, or {@code null} if
 * nothing does
 * @param refusals the last refusals
 * @param format writes amounts
 * @param clock the source of time
 * @since 0.1.0
 */
public record SellerSources(PaymentIntake intake, PaidEndpointCatalog catalog, FacilitatorCircuits circuits,
        String facilitator, String ledger, boolean simulated, @Nullable PaymentHistory history,
        @Nullable HourlyTotals totals, @Nullable OfferSupport support, RefusalLog refusals, AmountFormat format,
        Clock clock) {

    public SellerSources {
        Objects.requireNonNull(intake, "'intake' must not be null");
        Objects.requireNonNull(catalog, "'catalog' must not be null");
        Objects.requireNonNull(circuits, "'circuits' must not be null");
        Objects.requireNonNull(facilitator, "'facilitator' must not be null");
        Objects.requireNonNull(ledger, "'ledger' must not be null");
        Objects.requireNonNull(refusals, "'refusals' must not be null");
        Objects.requireNonNull(format, "'format' must not be null");
        Objects.requireNonNull(clock, "'clock' must not be null");
    }

}

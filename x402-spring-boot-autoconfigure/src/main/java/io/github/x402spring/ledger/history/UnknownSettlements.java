package io.github.x402spring.ledger.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Number and age of unknown settlements.
 *
 * @param count the number, up to {@link PaymentHistory#MAX_UNKNOWN}
 * @param oldest when the oldest of these payments was presented, or {@code null} if there
 * is none
 * @since 0.1.0
 */
public record UnknownSettlements(long count, @Nullable Instant oldest) {

    /** No unknown settlements. */
    public static final UnknownSettlements NONE = new UnknownSettlements(0, null);

}

package io.github.x402spring.ledger.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Says how many settlements are unknown.
 *
 * @param count how many, up to {@link PaymentHistory#MAX_UNKNOWN}
 * @param oldest when the oldest of these payments was presented, or {@code null} if there
 * is none
 * @since 0.1.0
 */
public record UnknownSettlements(long count, @Nullable Instant oldest) {

    /** There are none. */
    public static final UnknownSettlements NONE = new UnknownSettlements(0, null);

}

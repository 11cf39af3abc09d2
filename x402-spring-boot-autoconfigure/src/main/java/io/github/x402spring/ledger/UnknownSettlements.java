package io.github.x402spring.ledger;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Says how much a ledger holds of payments whose settlement is unknown.
 *
 * @param count how many there are
 * @param oldest when the oldest of them was presented, or {@code null} if there is none
 * or the ledger does not know
 * @since 0.1.0
 */
public record UnknownSettlements(long count, @Nullable Instant oldest) {
}

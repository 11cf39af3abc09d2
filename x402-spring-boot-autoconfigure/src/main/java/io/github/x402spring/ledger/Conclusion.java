package io.github.x402spring.ledger;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * End of a payment whose settlement was unknown.
 *
 * @since 0.1.0
 */
public sealed interface Conclusion {

    /**
     * The payment was settled for its reservation.
     *
     * @param transaction the transaction's hash
     */
    record Settled(String transaction) implements Conclusion {

        public Settled {
            Objects.requireNonNull(transaction, "'transaction' must not be null");
        }

    }

    /**
     * The payment was not settled and can no longer be. The ledger forgets it.
     */
    record Unsettled() implements Conclusion {
    }

    /**
     * The authorization was used by a transfer that does not belong to the reservation.
     *
     * @param transaction the hash of that transaction, or {@code null} if it is unknown
     */
    record UsedElsewhere(@Nullable String transaction) implements Conclusion {
    }

    /**
     * The outcome stays unknown: the authorization expired, and neither a facilitator nor
     * a chain could say whether it was used.
     */
    record Unresolved() implements Conclusion {
    }

}

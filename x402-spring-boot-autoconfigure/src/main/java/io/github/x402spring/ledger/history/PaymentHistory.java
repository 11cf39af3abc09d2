package io.github.x402spring.ledger.history;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;

/**
 * History of the payments in a ledger, for operators. Read-only, and not used while a
 * payment is made. Declare a bean of this type for a ledger of your own. Thread-safe.
 * Every method throws a {@link LedgerException} if the ledger is unavailable.
 * <p>
 * Payments that were released are in no ledger, and so in no history.
 *
 * @since 0.1.0
 */
public interface PaymentHistory {

    /** Maximum number of payments on a page. */
    int MAX_PAGE = 500;

    /** Maximum number of totals in one reply. */
    int MAX_TOTALS = 1000;

    /** Maximum number of unknown settlements that are counted. */
    int MAX_UNKNOWN = 10_000;

    /**
     * Lists payments, latest first. The pages of one listing together have every payment
     * once that was there from the first page to the last.
     * @param filter which payments
     * @param after the end of the page before, or {@code null} for the first page
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @return the page
     */
    PaymentPage payments(PaymentFilter filter, @Nullable PaymentCursor after, int limit);

    /**
     * Looks up a payment.
     * @param key the payment
     * @return the payment, or empty if it is unknown
     */
    Optional<RecordedPayment> find(PaymentKey key);

    /**
     * Returns the events of a payment in order, the first hundreds of them.
     * @param key the payment
     * @return the events; empty if the ledger stores none
     */
    List<PaymentEvent> events(PaymentKey key);

    /**
     * Sums up payments that were presented within a time. Reads all of them: ask for an
     * hour rather than for a month.
     * @param from the beginning, inclusive
     * @param to the end, exclusive
     * @return at most {@link #MAX_TOTALS} sums
     */
    List<PaymentTotal> totals(Instant from, Instant to);

    /**
     * Counts payments whose settlement is unknown.
     * @return how many there are, up to {@link #MAX_UNKNOWN}
     */
    UnknownSettlements unknown();

    /**
     * Returns which payments the history has.
     * @return the coverage
     */
    Coverage coverage();

    /**
     * Checks how many payments are asked for.
     * @param limit the number
     * @return the same number
     * @throws IllegalArgumentException if a page has no room for so many
     */
    static int checkLimit(int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("'limit' must be between 1 and " + MAX_PAGE);
        }
        return limit;
    }

    /**
     * Payments that a history has.
     */
    enum Coverage {

        /** All that the ledger has not deleted, with what happened to them. */
        ALL,

        /** The last few thousand of this instance, since it started. */
        RECENT,

        /** Those that are not settled yet; settled ones only by their key. */
        OPEN

    }

}

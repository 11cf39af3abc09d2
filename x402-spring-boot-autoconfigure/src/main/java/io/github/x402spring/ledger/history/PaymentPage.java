package io.github.x402spring.ledger.history;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Page of a listing of payments.
 *
 * @param payments the payments, latest first
 * @param next the start of the next page, or {@code null} if there is none
 * @since 0.1.0
 */
public record PaymentPage(List<RecordedPayment> payments, @Nullable PaymentCursor next) {

    public PaymentPage {
        payments = List.copyOf(payments);
    }

    /**
     * Makes a page of what was found when one more was looked for than fits.
     * @param found the payments, in order
     * @param limit how many the page has at most
     * @return the page
     */
    public static PaymentPage of(List<RecordedPayment> found, int limit) {
        return (found.size() > limit) ? new PaymentPage(found.subList(0, limit), found.get(limit - 1).cursor())
                : new PaymentPage(found, null);
    }

    /**
     * Makes a page of payments that are all in memory.
     * @param all the payments, in any order
     * @param filter which of them
     * @param after the end of the page before, or {@code null}
     * @param limit how many at most
     * @return the page
     */
    public static PaymentPage of(List<RecordedPayment> all, PaymentFilter filter, @Nullable PaymentCursor after,
            int limit) {
        return of(all.stream()
            .filter(filter::matches)
            .filter((payment) -> after == null || payment.cursor().compareTo(after) > 0)
            .sorted(RecordedPayment.NEWEST_FIRST)
            .limit(limit + 1L)
            .toList(), limit);
    }

}

package io.github.x402spring.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import io.github.x402spring.ledger.StoredPayment;

/**
 * Limits of how often, and for how long, a handler runs again for a payment that was
 * settled. The first delivery has neither.
 *
 * @param maxRuns how many times the handler runs again after the first, at most
 * @param window how long it may, counted from the time at which the payer's authorization
 * expires or the settlement became known, whichever is later
 */
record RedeliveryLimits(int maxRuns, Duration window) {

    /** Two more runs, for ten minutes. */
    public static final RedeliveryLimits DEFAULT = new RedeliveryLimits(2, Duration.ofMinutes(10));

    /** The most runs that every ledger counts exactly. */
    public static final int MOST_RUNS = 100;

    public RedeliveryLimits {
        Objects.requireNonNull(window, "'window' must not be null");
        if (maxRuns < 0 || maxRuns > MOST_RUNS) {
            throw new IllegalArgumentException("'maxRuns' must be between 0 and " + MOST_RUNS);
        }
        if (window.isNegative()) {
            throw new IllegalArgumentException("'window' must not be negative");
        }
    }

    boolean allow(StoredPayment settled, Instant now) {
        return settled.runs() <= this.maxRuns && now.isBefore(end(settled));
    }

    private Instant end(StoredPayment settled) {
        Instant known = settled.settledAt();
        Instant latest = (known != null && known.isAfter(settled.validBefore())) ? known : settled.validBefore();
        return latest.plus(this.window);
    }

}

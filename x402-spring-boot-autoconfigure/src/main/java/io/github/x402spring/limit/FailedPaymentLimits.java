package io.github.x402spring.limit;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits on payments that fail, beyond which no more are taken for a while.
 *
 * @param perPayer the number of payments of one wallet that may be rejected within the
 * window; 0 for any number
 * @param perAddress the number of payments from one client address that may fail within
 * the window; 0 for any number
 * @param window the time within which failures are counted, and for which payments are
 * refused then
 * @since 0.1.0
 */
public record FailedPaymentLimits(int perPayer, int perAddress, Duration window) {

    /** Lets any number of payments fail. */
    public static final FailedPaymentLimits NONE = new FailedPaymentLimits(0, 0, Duration.ofSeconds(1));

    /** What is remembered of a wallet grows with its limit. */
    private static final int MAX_PER_PAYER = 100;

    public FailedPaymentLimits {
        Objects.requireNonNull(window, "'window' must not be null");
        if (perPayer < 0 || perPayer > MAX_PER_PAYER) {
            throw new IllegalArgumentException("'perPayer' must be from 0 to " + MAX_PER_PAYER);
        }
        if (perAddress < 0) {
            throw new IllegalArgumentException("'perAddress' must not be negative");
        }
        if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("'window' must be from a second to a day");
        }
    }

}

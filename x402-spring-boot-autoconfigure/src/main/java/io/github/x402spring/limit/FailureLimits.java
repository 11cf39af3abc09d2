package io.github.x402spring.limit;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits on payments that fail, or that are admitted and released unused, beyond which no
 * more are taken for a while. Each released payment cost a verification, and most a run
 * of the handler.
 *
 * @param perAuthorization the number of times that one payment may be released within the
 * window; 0 for any number
 * @param perPayer the number of payments of one wallet within the window; 0 for any
 * number
 * @param perAddress the number of payments from one client address within the window; 0
 * for any number
 * @param window the time within which payments are counted, and for which payments are
 * refused then
 * @since 0.1.0
 */
public record FailureLimits(int perAuthorization, int perPayer, int perAddress, Duration window) {

    /** Limits that allow any number of payments. */
    public static final FailureLimits NONE = new FailureLimits(0, 0, 0, Duration.ofSeconds(1));

    /** The memory that a wallet takes grows with its limit. */
    private static final int MAX_PER_PAYER = 100;

    public FailureLimits {
        Objects.requireNonNull(window, "'window' must not be null");
        if (perAuthorization < 0) {
            throw new IllegalArgumentException("'perAuthorization' must not be negative");
        }
        if (perPayer < 0) {
            throw new IllegalArgumentException("'perPayer' must not be negative");
        }
        if (perAddress < 0) {
            throw new IllegalArgumentException("'perAddress' must not be negative");
        }
        if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("'window' must be from a second to a day");
        }
    }

    /**
     * Creates limits on payments that fail.
     * @param perPayer the number of payments of one wallet that may be rejected within
     * the window, 100 at most; 0 for any number
     * @param perAddress the number of payments from one client address that may fail
     * within the window; 0 for any number
     * @param window the time
     * @return the limits
     */
    public static FailureLimits failed(int perPayer, int perAddress, Duration window) {
        if (perPayer > MAX_PER_PAYER) {
            throw new IllegalArgumentException("'perPayer' must be from 0 to " + MAX_PER_PAYER);
        }
        return new FailureLimits(0, perPayer, perAddress, window);
    }

}

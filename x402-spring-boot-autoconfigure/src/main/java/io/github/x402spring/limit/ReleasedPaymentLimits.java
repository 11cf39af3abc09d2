package io.github.x402spring.limit;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits on payments that were admitted, or denied by the policy, and then released
 * unused. Each cost a verification, and most a run of the handler.
 *
 * @param perAuthorization the number of times that one payment may be released within the
 * window; 0 for any number
 * @param perPayer the number of released payments of one wallet within the window; 0 for
 * any number
 * @param perAddress the number of released payments from one client address within the
 * window; 0 for any number
 * @param window the time within which released payments are counted, and for which
 * payments are refused then
 * @since 0.1.0
 */
public record ReleasedPaymentLimits(int perAuthorization, int perPayer, int perAddress, Duration window) {

    /** Lets any number of payments be released. */
    public static final ReleasedPaymentLimits NONE = new ReleasedPaymentLimits(0, 0, 0, Duration.ofSeconds(1));

    public ReleasedPaymentLimits {
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

}

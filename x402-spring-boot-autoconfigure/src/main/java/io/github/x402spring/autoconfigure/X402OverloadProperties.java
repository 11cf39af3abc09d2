package io.github.x402spring.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of when payments are not taken.
 *
 * @param accepting Whether to take payments. Paid endpoints answer 503 otherwise.
 * @param failedPayments Settings of who has to wait after too many failures.
 * @param releasedPayments Settings of who has to wait after too many payments that were
 * admitted and came to nothing.
 * @since 0.1.0
 */
@ConfigurationProperties("x402")
public record X402OverloadProperties(@DefaultValue("true") boolean accepting,
        @DefaultValue FailedPayments failedPayments, @DefaultValue ReleasedPayments releasedPayments) {

    /**
     * Settings of who has to wait after too many failures.
     *
     * @param perPayer Number of payments of one wallet that the facilitator may reject
     * within the window; 0 for any number.
     * @param perAddress Number of payments from one client address that may fail within
     * the window; 0 for any number.
     * @param window Time within which failed payments are counted, and for which no more
     * are taken then.
     */
    public record FailedPayments(@DefaultValue("20") int perPayer, @DefaultValue("100") int perAddress,
            @DefaultValue("1m") Duration window) {
    }

    /**
     * Settings of who has to wait after too many payments that were admitted, or denied
     * by the policy, and were not settled: the handler failed, or responded with an
     * error.
     *
     * @param perAuthorization Number of times that one payment may be released within the
     * window; 0 for any number.
     * @param perPayer Number of released payments of one wallet within the window; 0 for
     * any number.
     * @param perAddress Number of released payments from one client address within the
     * window; 0 for any number.
     * @param window Time within which released payments are counted, and for which no
     * more are taken then.
     */
    public record ReleasedPayments(@DefaultValue("20") int perAuthorization, @DefaultValue("100") int perPayer,
            @DefaultValue("300") int perAddress, @DefaultValue("1m") Duration window) {
    }

}

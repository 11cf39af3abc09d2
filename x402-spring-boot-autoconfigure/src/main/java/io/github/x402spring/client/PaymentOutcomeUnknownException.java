package io.github.x402spring.client;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClientException;

/**
 * Exception for a payment that was sent and whose outcome is unknown. It may have been
 * settled: repeat the request with the {@linkplain #payment() same payment}, do not let a
 * new one be signed.
 *
 * @since 0.1.0
 */
public final class PaymentOutcomeUnknownException extends RestClientException {

    private static final long serialVersionUID = 1L;

    private final transient PreparedPayment payment;

    private final @Nullable Duration retryAfter;

    PaymentOutcomeUnknownException(PreparedPayment payment, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super("The payment to " + payment.origin()
                + " was sent and its outcome is not known; present the same payment again, do not sign a new one",
                cause);
        this.payment = payment;
        this.retryAfter = retryAfter;
    }

    /**
     * Returns the payment that was sent.
     * @return the payment, to be attached to the same request again
     */
    public PreparedPayment payment() {
        return this.payment;
    }

    /**
     * Returns the time to wait before the next request.
     * @return the time to wait, or empty if the server did not state one
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(this.retryAfter);
    }

}

package io.github.x402spring.ledger.history;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentState;

/**
 * Filter of a listing of payments. Each member narrows the list; {@code null} does not.
 *
 * @param endpoint the name of the paid endpoint
 * @param state the state
 * @param payer the payer's address; stored in lower case
 * @param caller the name of the caller
 * @param from when the payment was presented at the earliest, inclusive
 * @param to before when it was presented
 * @since 0.1.0
 */
public record PaymentFilter(@Nullable String endpoint, @Nullable PaymentState state, @Nullable String payer,
        @Nullable String caller, @Nullable Instant from, @Nullable Instant to) {

    /** Filter that lists every payment. */
    public static final PaymentFilter ANY = new PaymentFilter(null, null, null, null, null, null);

    public PaymentFilter {
        payer = (payer != null) ? payer.toLowerCase(Locale.ROOT) : null;
    }

    /**
     * Creates a filter for one state.
     * @param state the state
     * @return the filter
     */
    public static PaymentFilter of(PaymentState state) {
        return new PaymentFilter(null, state, null, null, null, null);
    }

    /**
     * Returns whether a payment is to be listed.
     * @param payment the payment
     * @return whether it is
     */
    public boolean matches(RecordedPayment payment) {
        return (this.endpoint == null || this.endpoint.equals(payment.endpoint()))
                && (this.state == null || this.state == payment.state())
                && (this.payer == null || this.payer.equals(payment.key().payer()))
                && (this.caller == null || this.caller.equals(payment.caller()))
                && (this.from == null || !payment.createdAt().isBefore(this.from))
                && (this.to == null || payment.createdAt().isBefore(this.to));
    }

}

package io.github.x402spring.client;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.SettleResponse;

/**
 * Listener for the payments of a client, for logs, books and budgets. Called on the
 * thread of the request; must be thread-safe. It changes nothing about a payment: what it
 * throws is logged.
 *
 * @since 0.1.0
 * @see PayingClientHttpRequestInterceptor.Builder#listener(PaymentListener)
 */
public interface PaymentListener {

    /**
     * Called once for each payment, after it was signed and before it is sent; time spent
     * here is taken from the time for which it is valid.
     * @param payment the payment
     */
    default void signed(SignedPayment payment) {
    }

    /**
     * Called when the server delivered for a payment, or states that it was settled. The
     * receipt is the server's statement and is not checked.
     * @param payment the payment
     * @param receipt the server's receipt, or {@code null} if it sent none that can be
     * read
     */
    default void settled(SignedPayment payment, @Nullable SettleResponse receipt) {
    }

    /**
     * Called when the server refuses, and states or proves that a payment was not
     * settled. The signature stays valid until the payment expires; a budget that does
     * not trust the server counts the payment as spent until then.
     * @param payment the payment
     */
    default void refused(SignedPayment payment) {
    }

    /**
     * Called when an attempt ends and the outcome of a payment is unknown; also after
     * {@link #settled}, if the body of the response breaks off. The same payment may be
     * presented again, and this listener is then notified of its outcome.
     * @param payment the payment
     */
    default void unknown(SignedPayment payment) {
    }

}

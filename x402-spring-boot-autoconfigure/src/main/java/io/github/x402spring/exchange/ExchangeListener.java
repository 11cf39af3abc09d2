package io.github.x402spring.exchange;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.PaymentAuthorizer.Permission;

/**
 * Listener that is notified of every request that resolved to a paid endpoint, once when
 * that is known and once when it has ended, whatever its outcome. All beans of this type
 * are applied.
 * <p>
 * Called on the threads that serve requests: implementations are thread-safe and wait for
 * nothing. What they throw changes nothing for the caller.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ExchangeListener {

    /**
     * Called when a request resolved to a paid endpoint, before anything is decided.
     * @param start what is known of it
     * @return what is notified of its end, or {@code null} if nothing is to be
     */
    @Nullable Exchange started(ExchangeStart start);

    /**
     * Tells whether the listener is to be notified of requests at present. Asked before
     * anything is put together for {@link #started}, which is not called if it is not.
     * @return {@code true} by default
     */
    default boolean listens() {
        return true;
    }

    /**
     * Tells whether a digest of what is delivered is to be computed. Asked before each
     * response to a payment.
     * @return {@code false} by default
     */
    default boolean digests() {
        return false;
    }

    /**
     * Makes one listener of several, which do not disturb one another.
     * @param listeners the listeners, in order
     * @return the listener, which does not listen if there is none
     */
    static ExchangeListener of(List<ExchangeListener> listeners) {
        return new ExchangeListeners(listeners);
    }

    /**
     * Request on its way.
     */
    @FunctionalInterface
    interface Exchange {

        /**
         * Begins a part of the exchange that asks others: facilitator, ledger, policy. It
         * may be on another thread than the start.
         * @return what ends the part, on the same thread, or {@code null}
         */
        default @Nullable Scope enter() {
            return null;
        }

        /**
         * Called with the decision of the policy about a verified payment.
         * @param permission the decision
         */
        default void decided(Permission permission) {
        }

        /**
         * Called when a payment is about to be sent to be settled. A listener that has to
         * record it beforehand can prevent that; an exception does not.
         * @param payment the payment
         * @return whether it may be sent; if not, the request is refused with 503 and
         * nothing is charged
         */
        default boolean settling(ClaimedPayment payment) {
            return true;
        }

        /**
         * Called exactly once, when the exchange has ended.
         * @param end the end
         */
        void ended(ExchangeEnd end);

    }

    /**
     * Part of an exchange.
     */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        @Override
        void close();

    }

}

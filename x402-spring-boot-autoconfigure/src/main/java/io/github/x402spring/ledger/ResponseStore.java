package io.github.x402spring.ledger;

import java.util.Optional;

/**
 * Keeps answers that were paid for, for a while, as bytes that only their owner can read.
 * Declare a bean of this type to keep them elsewhere. Thread-safe. Every method throws a
 * {@link LedgerException} if the store is unavailable.
 *
 * @since 0.1.0
 */
public interface ResponseStore {

    /**
     * Keeps an answer, instead of one that was kept before. Called before the payment is
     * settled.
     * @param key the payment
     * @param sealed the answer
     */
    void keep(PaymentKey key, byte[] sealed);

    /**
     * Looks an answer up. Called for settled payments only.
     * @param key the payment
     * @return the answer, or empty if there is none or it has been kept for long enough
     */
    Optional<byte[]> find(PaymentKey key);

    /**
     * Forgets an answer, if there is one.
     * @param key the payment
     */
    void forget(PaymentKey key);

    /**
     * Forgets what has been kept for long enough. Called now and then; does nothing where
     * that happens by itself.
     */
    void forgetExpired();

    /**
     * Returns whether responses survive this instance and are visible to other instances,
     * so that a configured key has to encrypt them.
     * @return {@code true} by default
     */
    default boolean shared() {
        return true;
    }

}

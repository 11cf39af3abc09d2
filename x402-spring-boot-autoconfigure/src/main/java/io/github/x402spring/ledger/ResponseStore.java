package io.github.x402spring.ledger;

import java.util.Optional;

/**
 * Store of responses to settled payments, as encrypted bytes and for a limited time.
 * Declare a bean of this type to store them elsewhere. Thread-safe. Every method throws a
 * {@link LedgerException} if the store is unavailable.
 *
 * @since 0.1.0
 */
public interface ResponseStore {

    /**
     * Stores a response, in place of an earlier one. Called before the payment is
     * settled.
     * @param key the payment
     * @param sealed the encrypted response
     */
    void keep(PaymentKey key, byte[] sealed);

    /**
     * Looks up a response. Called for settled payments only.
     * @param key the payment
     * @return the encrypted response, or empty if there is none or its time to live is
     * over
     */
    Optional<byte[]> find(PaymentKey key);

    /**
     * Deletes a response, if there is one.
     * @param key the payment
     */
    void forget(PaymentKey key);

    /**
     * Deletes responses whose time to live is over. Called regularly; does nothing where
     * the storage expires them itself.
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

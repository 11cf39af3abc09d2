package io.github.x402spring.ledger;

import java.util.Optional;

/**
 * Keeps answers that were paid for, for a while, as bytes that only their owner can read.
 * Declare a bean of this type to keep them elsewhere. Thread-safe.
 *
 * @since 0.1.0
 */
public interface AnswerStore {

    /**
     * Keeps an answer, instead of one that was kept before. Called before the payment is
     * settled.
     * @param key the payment
     * @param sealed the answer
     * @throws LedgerException if it could not be kept
     */
    void keep(PaymentKey key, byte[] sealed) throws LedgerException;

    /**
     * Looks an answer up. Called for settled payments only.
     * @param key the payment
     * @return the answer, or empty if there is none or it has been kept for long enough
     * @throws LedgerException if the store could not say
     */
    Optional<byte[]> find(PaymentKey key) throws LedgerException;

    /**
     * Forgets an answer, if there is one.
     * @param key the payment
     * @throws LedgerException if it could not be forgotten
     */
    void forget(PaymentKey key) throws LedgerException;

    /**
     * Forgets what has been kept for long enough. Called now and then; does nothing where
     * that happens by itself.
     * @throws LedgerException if it could not be forgotten
     */
    void forgetExpired() throws LedgerException;

}

package io.github.x402spring.gate;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.limit.OutageLog;

/**
 * Stored responses that were paid for, each sealed for its payment, its request and its
 * caller: for any other it cannot be read. That nothing can be stored is no trouble to
 * the payer. Thread-safe.
 *
 * @since 0.1.0
 */
public final class StoredResponses {

    /** The length of a key, in bytes. */
    public static final int KEY_LENGTH = 32;

    private static final int NONCE_LENGTH = 12;

    private static final int TAG_BITS = 128;

    private static final Logger logger = LoggerFactory.getLogger(StoredResponses.class);

    private final OutageLog outages = new OutageLog(logger);

    private final SecureRandom random = new SecureRandom();

    private final ResponseStore store;

    private final SecretKeySpec key;

    private final int maxSize;

    /**
     * Creates a keeper of answers.
     * @param store where they are
     * @param key the key that seals them, {@value #KEY_LENGTH} bytes
     * @param maxSize the largest answer that is kept, in bytes
     */
    public StoredResponses(ResponseStore store, byte[] key, int maxSize) {
        this.store = Objects.requireNonNull(store, "'store' must not be null");
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("'key' must have 32 bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
        this.maxSize = maxSize;
    }

    /**
     * Returns the size of the largest answer that is kept.
     * @return the size in bytes
     */
    public int maxSize() {
        return this.maxSize;
    }

    /**
     * Keeps an answer, or forgets the one of an earlier attempt. Called while the
     * payment's reservation is valid, and on nothing that may not leave.
     * @param payment the payment
     * @param answer the answer, or {@code null} if this one cannot be kept
     */
    void keep(AdmittedPayment payment, byte @Nullable [] answer) {
        PaymentKey of = payment.reservation().key();
        try {
            if (answer != null && answer.length <= this.maxSize) {
                this.store.keep(of, seal(answer, binding(of, payment.candidate().claim())));
            }
            else if (!payment.uncharged()) {
                this.store.forget(of);
            }
        }
        catch (RuntimeException | GeneralSecurityException ex) {
            this.outages.warn("An answer could not be kept", ex);
        }
    }

    /**
     * Forgets an answer whose payment was not settled.
     * @param payment the payment
     */
    void forget(AdmittedPayment payment) {
        try {
            this.store.forget(payment.reservation().key());
        }
        catch (RuntimeException ex) {
            this.outages.warn("A kept answer could not be forgotten; it is not given to anybody", ex);
        }
    }

    /** Returns the answer, or {@code null} if there is none for this request. */
    byte @Nullable [] find(Candidate payment) {
        PaymentKey of = payment.key();
        try {
            byte[] sealed = this.store.find(of).orElse(null);
            return (sealed != null) ? open(sealed, binding(of, payment.claim())) : null;
        }
        catch (GeneralSecurityException ex) {
            logger.debug("A kept answer is of another request, or was sealed with another key");
        }
        catch (RuntimeException ex) {
            this.outages.warn("A kept answer could not be read", ex);
        }
        return null;
    }

    private byte[] seal(byte[] answer, byte[] binding) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_LENGTH];
        this.random.nextBytes(nonce);
        byte[] content = cipher(Cipher.ENCRYPT_MODE, nonce, binding).doFinal(answer);
        byte[] sealed = Arrays.copyOf(nonce, NONCE_LENGTH + content.length);
        System.arraycopy(content, 0, sealed, NONCE_LENGTH, content.length);
        return sealed;
    }

    private byte[] open(byte[] sealed, byte[] binding) throws GeneralSecurityException {
        byte[] nonce = Arrays.copyOf(sealed, NONCE_LENGTH);
        int length = Math.max(0, sealed.length - NONCE_LENGTH);
        return cipher(Cipher.DECRYPT_MODE, nonce, binding).doFinal(sealed, sealed.length - length, length);
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] binding) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, this.key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(binding);
        return cipher;
    }

    private static byte[] binding(PaymentKey key, PaymentClaim claim) {
        String caller = claim.caller();
        return new FieldDigest().add(key.network().toString())
            .add(key.asset())
            .add(key.payer())
            .add(key.nonce())
            .add(claim.fingerprint().value())
            .add((caller != null) ? "caller" : "nobody")
            .add(caller)
            .digest();
    }

}

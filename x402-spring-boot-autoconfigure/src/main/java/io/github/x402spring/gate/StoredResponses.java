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
 * caller: for any other it cannot be read. A failure to store one does not affect the
 * payer. Thread-safe.
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
     * Creates stored responses.
     * @param store the store
     * @param key the key that seals them, {@value #KEY_LENGTH} bytes
     * @param maxSize the size of the largest response that is stored, in bytes
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
     * Returns the size of the largest response that is stored.
     * @return the size in bytes
     */
    public int maxSize() {
        return this.maxSize;
    }

    /**
     * Stores a response, or deletes that of an earlier attempt. Called while the
     * payment's reservation is valid, and only with a response that may leave.
     * @param payment the payment
     * @param response the response, or {@code null} if this one cannot be stored
     */
    void store(AdmittedPayment payment, byte @Nullable [] response) {
        PaymentKey of = payment.reservation().key();
        try {
            if (response != null && response.length <= this.maxSize) {
                this.store.keep(of, seal(response, binding(of, payment.candidate().claim())));
            }
            else if (!payment.uncharged()) {
                this.store.forget(of);
            }
        }
        catch (RuntimeException | GeneralSecurityException ex) {
            this.outages.warn("A response could not be stored", ex);
        }
    }

    /**
     * Deletes a response whose payment was not settled.
     * @param payment the payment
     */
    void delete(AdmittedPayment payment) {
        try {
            this.store.forget(payment.reservation().key());
        }
        catch (RuntimeException ex) {
            this.outages.warn("A stored response could not be deleted; it is not delivered", ex);
        }
    }

    /** Returns the response, or {@code null} if there is none for this request. */
    byte @Nullable [] find(Candidate payment) {
        PaymentKey of = payment.key();
        try {
            byte[] sealed = this.store.find(of).orElse(null);
            return (sealed != null) ? open(sealed, binding(of, payment.claim())) : null;
        }
        catch (GeneralSecurityException ex) {
            logger.debug("A stored response is of another request, or was sealed with another key");
        }
        catch (RuntimeException ex) {
            this.outages.warn("A stored response could not be read", ex);
        }
        return null;
    }

    private byte[] seal(byte[] response, byte[] binding) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_LENGTH];
        this.random.nextBytes(nonce);
        byte[] content = cipher(Cipher.ENCRYPT_MODE, nonce, binding).doFinal(response);
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

package io.github.x402spring.security.web;

import java.time.Clock;
import java.time.Duration;

/**
 * Source of nonces for sign-in statements, each of which is valid once. Declare a bean
 * where several instances have to share which nonces were used. Implementations are
 * thread-safe.
 *
 * @since 0.1.0
 */
public interface SignInNonces {

    /**
     * Issues a nonce.
     * @return 32 hexadecimal digits that were never issued before
     */
    String issue();

    /**
     * Returns whether a nonce was issued by this server and has not expired. Cheap,
     * because strangers can cause the call.
     * @param nonce the nonce, as a stranger sent it
     * @return whether it may be used
     */
    boolean isValid(String nonce);

    /**
     * Uses a nonce up. Called after the signature over it was checked.
     * @param nonce a valid nonce
     * @return whether it was this call that used it
     */
    boolean use(String nonce);

    /**
     * Creates nonces that are sealed with a key rather than stored, so that requests of
     * strangers fill no memory. Instances that share a key accept each other's nonces;
     * each stores the used ones for itself.
     * @param key the key, at least 32 bytes
     * @param lifetime the time for which a nonce is valid, at most five minutes
     * @param clock the source of time
     * @return the nonces
     */
    static SignInNonces sealed(byte[] key, Duration lifetime, Clock clock) {
        return new SealedSignInNonces(key, lifetime, clock);
    }

}

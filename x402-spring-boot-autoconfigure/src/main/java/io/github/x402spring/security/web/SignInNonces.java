package io.github.x402spring.security.web;

import java.time.Clock;
import java.time.Duration;

/**
 * Issues nonces for sign-in statements and sees to it that each is good once.
 * Thread-safe. Replace it by a bean where several instances have to know which nonces
 * were used.
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
     * Tells whether a nonce was issued by this server and is still good. Cheap, because
     * strangers have it asked.
     * @param nonce the nonce, as a stranger sent it
     * @return whether it may be used
     */
    boolean isValid(String nonce);

    /**
     * Uses a nonce up. Called after the signature over it was checked.
     * @param nonce a nonce that is good
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

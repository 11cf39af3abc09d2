package io.github.x402spring.security.siwx;

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
    boolean isGood(String nonce);

    /**
     * Uses a nonce up. Called after the signature over it was checked.
     * @param nonce a nonce that is good
     * @return whether it was this call that used it
     */
    boolean use(String nonce);

}

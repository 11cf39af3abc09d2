package io.github.x402spring.security;

/**
 * Says whose wallet may pay for a caller.
 *
 * @since 0.1.0
 */
public enum PayerBinding {

    /** Anybody's: who pays says nothing about who calls. */
    NONE,

    /** The caller's own: its name is the payer's address, as after a sign-in. */
    SAME_WALLET,

    /** The caller's own, or one that a {@link DelegatedPayerPolicy} lets pay for it. */
    DELEGATED

}

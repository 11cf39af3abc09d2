package io.github.x402spring.security;

/**
 * Registry of callers, wallets and delegations that may no longer buy, effective from the
 * next request on. Declare a bean to share it between instances; an exception refuses the
 * request with 503. Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public interface RevocationRegistry {

    /**
     * Returns whether something was revoked.
     * @param kind what it is
     * @param id the caller's name, the payer's address in lower case, or the delegation's
     * id
     * @return whether it was
     */
    boolean isRevoked(Kind kind, String id);

    /**
     * Revokes, from the next request on.
     * @param kind what is revoked
     * @param id the caller's name, the payer's address, or the delegation's id
     * @throws UnsupportedOperationException if revocations are made elsewhere
     */
    default void revoke(Kind kind, String id) {
        throw new UnsupportedOperationException("Revocations are made elsewhere");
    }

    /**
     * Takes a revocation back.
     * @param kind what was revoked
     * @param id the caller's name, the payer's address, or the delegation's id
     * @throws UnsupportedOperationException if revocations are made elsewhere
     */
    default void restore(Kind kind, String id) {
        throw new UnsupportedOperationException("Revocations are made elsewhere");
    }

    /**
     * Creates a registry in the memory of this instance.
     * @return the registry; thread-safe
     */
    static RevocationRegistry inMemory() {
        return new InMemoryRevocationRegistry();
    }

    /**
     * Kind of subject that can be revoked.
     */
    enum Kind {

        /** A caller, by name. */
        IDENTITY,

        /** A wallet, by address. */
        PAYER,

        /** A delegation, by id. */
        DELEGATION

    }

}

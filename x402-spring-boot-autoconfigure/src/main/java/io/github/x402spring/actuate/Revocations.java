package io.github.x402spring.actuate;

/**
 * Takes away from callers, wallets and delegations what they may buy, and gives it back.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Revocations {

    /**
     * Revokes, or takes a revocation back.
     * @param kind what it is: {@code identity}, {@code payer} or {@code delegation}
     * @param id the caller's name, the payer's address, or the delegation's id
     * @param revoked whether to revoke
     * @throws IllegalArgumentException if there is nothing of this kind
     * @throws UnsupportedOperationException if revocations are made elsewhere
     */
    void change(String kind, String id, boolean revoked);

}

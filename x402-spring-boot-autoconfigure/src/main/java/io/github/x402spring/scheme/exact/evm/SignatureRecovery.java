package io.github.x402spring.scheme.exact.evm;

import java.util.Optional;

/**
 * Finds out whose key made a signature. Implementations are thread-safe and give the same
 * answers.
 * <p>
 * A signature counts only in the one form that a token accepts: 65 bytes, {@code r} and
 * {@code s} within the curve's order, {@code s} in its lower half, and 27 or 28 at the
 * end. {@link WalletSignature} reads the forms that wallets use besides.
 *
 * @since 0.1.0
 */
public interface SignatureRecovery {

    /**
     * Recovers the signer's address. Never throws on account of the signature.
     * @param digest the 32 bytes that were signed
     * @param signature the signature, as a stranger sent it
     * @return the signer; empty if there cannot be one
     * @throws IllegalArgumentException if the digest is not 32 bytes long
     */
    Optional<EvmAddress> recover(byte[] digest, byte[] signature);

}

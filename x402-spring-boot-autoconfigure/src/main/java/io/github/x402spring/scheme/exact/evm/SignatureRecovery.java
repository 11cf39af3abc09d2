package io.github.x402spring.scheme.exact.evm;

import java.util.Optional;

/**
 * Recovery of the address whose key made a signature. Implementations are thread-safe and
 * give the same results.
 * <p>
 * A signature is valid only in the one form that a token accepts: 65 bytes, {@code r} and
 * {@code s} within the curve's order, {@code s} in its lower half, and 27 or 28 at the
 * end. {@link WalletSignature} reads the other forms that wallets use.
 *
 * @since 0.1.0
 */
public interface SignatureRecovery {

    /**
     * Recovers the signer's address. Never throws because of the signature.
     * @param digest the 32 bytes that were signed
     * @param signature the signature as it was received
     * @return the signer; empty if there cannot be one
     * @throws IllegalArgumentException if the digest is not 32 bytes long
     */
    Optional<EvmAddress> recover(byte[] digest, byte[] signature);

    /**
     * Creates a recovery with web3j and Bouncy Castle, which needs no native code.
     * @return the recovery
     */
    static SignatureRecovery web3j() {
        return new Web3jSignatureRecovery();
    }

    /**
     * Loads libsecp256k1 through JNI, which takes a third of the time. The library is
     * unpacked into the folder for temporary files, which may not allow it, and exists
     * for some platforms only.
     * @return the recovery; empty if the library cannot be loaded here
     */
    static Optional<SignatureRecovery> nativeLibrary() {
        return NativeSignatureRecovery.load();
    }

}

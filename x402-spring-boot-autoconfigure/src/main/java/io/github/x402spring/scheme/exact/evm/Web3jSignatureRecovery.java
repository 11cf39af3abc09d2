package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Sign;
import org.web3j.utils.Numeric;

/**
 * Signature recovery with web3j and Bouncy Castle: no native code, on every platform.
 */
final class Web3jSignatureRecovery implements SignatureRecovery {

    private static final int PUBLIC_KEY_LENGTH = 64;

    private static final int ADDRESS_OFFSET = 12;

    @Override
    public Optional<EvmAddress> recover(byte[] digest, byte[] signature) {
        if (digest.length != 32) {
            throw new IllegalArgumentException("'digest' must be 32 bytes");
        }
        return EcdsaSignature.tryParse(signature).flatMap((form) -> recover(digest, form));
    }

    private static Optional<EvmAddress> recover(byte[] digest, EcdsaSignature signature) {
        BigInteger publicKey = publicKey(digest, signature);
        // The point at infinity comes out as zero. Its hash is an address without an
        // owner, for which everyone could sign.
        if (publicKey == null || publicKey.signum() == 0) {
            return Optional.empty();
        }
        byte[] hash = Hash.sha3(Numeric.toBytesPadded(publicKey, PUBLIC_KEY_LENGTH));
        return Optional.of(EvmAddress.ofBytes(hash, ADDRESS_OFFSET));
    }

    private static @Nullable BigInteger publicKey(byte[] digest, EcdsaSignature signature) {
        try {
            return Sign.recoverFromSignature(signature.recoveryId(), new ECDSASignature(signature.r(), signature.s()),
                    digest);
        }
        catch (IllegalArgumentException ex) {
            // Every other r is not the abscissa of any point; Bouncy Castle throws.
            return null;
        }
    }

}

package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.Optional;

/**
 * Signature in a form that a token accepts, of a signer that is not known yet.
 */
record EcdsaSignature(BigInteger r, BigInteger s, int recoveryId) {

    static final int LENGTH = 65;

    private static final BigInteger ORDER = new BigInteger(
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

    static Optional<EcdsaSignature> tryParse(byte[] bytes) {
        if (bytes.length != LENGTH || (bytes[64] != 27 && bytes[64] != 28)) {
            return Optional.empty();
        }
        BigInteger r = new BigInteger(1, bytes, 0, 32);
        BigInteger s = new BigInteger(1, bytes, 32, 32);
        boolean within = r.signum() > 0 && r.compareTo(ORDER) < 0 && s.signum() > 0 && s.compareTo(HALF_ORDER) <= 0;
        return within ? Optional.of(new EcdsaSignature(r, s, bytes[64] - 27)) : Optional.empty();
    }

}

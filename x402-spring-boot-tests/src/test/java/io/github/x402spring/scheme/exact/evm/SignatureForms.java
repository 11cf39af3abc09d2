package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Other forms of a signature that tokens refuse.
 */
public final class SignatureForms {

    private static final BigInteger CURVE_ORDER = new BigInteger(
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private SignatureForms() {
    }

    /** The same signature as the curve sees it. */
    public static byte[] highS(byte[] signature) {
        byte[] bytes = signature.clone();
        BigInteger s = new BigInteger(1, signature, 32, 32);
        byte[] high = HexFormat.of().parseHex(String.format(Locale.ROOT, "%064x", CURVE_ORDER.subtract(s)));
        System.arraycopy(high, 0, bytes, 32, 32);
        bytes[64] = (byte) (27 + 28 - signature[64]);
        return bytes;
    }

    /** The same signature with 0 or 1 at its end. */
    public static byte[] zeroBasedV(byte[] signature) {
        byte[] bytes = signature.clone();
        bytes[64] = (byte) (signature[64] - 27);
        return bytes;
    }

}

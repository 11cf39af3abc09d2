package io.github.x402spring.ledger;

import java.util.HexFormat;

/**
 * Keeps a SHA-256 digest in less room than its hexadecimal digits take.
 */
record Digest(long first, long second, long third, long fourth) {

    static Digest of(String digits) {
        return new Digest(HexFormat.fromHexDigitsToLong(digits, 0, 16), HexFormat.fromHexDigitsToLong(digits, 16, 32),
                HexFormat.fromHexDigitsToLong(digits, 32, 48), HexFormat.fromHexDigitsToLong(digits, 48, 64));
    }

}

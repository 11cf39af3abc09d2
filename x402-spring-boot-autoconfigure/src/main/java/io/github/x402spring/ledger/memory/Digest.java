package io.github.x402spring.ledger.memory;

import java.util.HexFormat;

/**
 * SHA-256 digest in less room than its hexadecimal digits take.
 */
record Digest(long first, long second, long third, long fourth) {

    static Digest of(String digits) {
        return new Digest(HexFormat.fromHexDigitsToLong(digits, 0, 16), HexFormat.fromHexDigitsToLong(digits, 16, 32),
                HexFormat.fromHexDigitsToLong(digits, 32, 48), HexFormat.fromHexDigitsToLong(digits, 48, 64));
    }

    /** Returns the digits in lower case. */
    String digits() {
        HexFormat hexadecimal = HexFormat.of();
        return hexadecimal.toHexDigits(this.first) + hexadecimal.toHexDigits(this.second)
                + hexadecimal.toHexDigits(this.third) + hexadecimal.toHexDigits(this.fourth);
    }

}

package io.github.x402spring.scheme.exact.evm;

import java.util.HexFormat;

/**
 * Check of the form of hexadecimal text without a regular expression: each payment has
 * several.
 */
final class HexText {

    private static final int PREFIX = 2;

    private HexText() {
    }

    /**
     * Checks whether a text is {@code 0x} and exactly this number of hex digits of any
     * case.
     */
    static boolean matches(String text, int digits) {
        if (text.length() != PREFIX + digits || !text.startsWith("0x")) {
            return false;
        }
        for (int i = PREFIX; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Checks whether hexadecimal text has a digit in upper case.
     */
    static boolean hasUpperCase(String text) {
        for (int i = PREFIX; i < text.length(); i++) {
            if (text.charAt(i) >= 'A' && text.charAt(i) <= 'F') {
                return true;
            }
        }
        return false;
    }

}

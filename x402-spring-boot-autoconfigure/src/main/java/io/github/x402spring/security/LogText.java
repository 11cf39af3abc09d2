package io.github.x402spring.security;

import java.util.regex.Pattern;

/**
 * Text from outside, made safe for a log line or a record: a line stays one line, and
 * neither moves the cursor nor changes the direction of what follows.
 */
final class LogText {

    private static final int MAX_LINE_LENGTH = 512;

    private static final int MAX_NAME_LENGTH = 64;

    /** Controls, format characters, halves of characters, and separators of lines. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private static final Pattern NOT_PLAIN = Pattern.compile("[^A-Za-z0-9 ._:-]");

    private LogText() {
    }

    /** Returns text of any language as one short line. */
    static String line(String text) {
        return INVISIBLE.matcher(cut(text, MAX_LINE_LENGTH)).replaceAll("?");
    }

    /** Returns a short name of ASCII letters, digits and a few marks. */
    static String name(String text) {
        return NOT_PLAIN.matcher(cut(text, MAX_NAME_LENGTH)).replaceAll("?");
    }

    private static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        boolean splits = Character.isHighSurrogate(text.charAt(length - 1))
                && Character.isLowSurrogate(text.charAt(length));
        return text.substring(0, splits ? length - 1 : length);
    }

}

package io.github.x402spring.autoconfigure.security;

import java.util.function.Predicate;

import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * Header values that Spring Security's firewall accepts: the same ones as by default. Its
 * regular expression, which takes a while on a payment, is not run on plain base64, of
 * which it accepts every character.
 */
final class AllowedHeaderValues implements Predicate<String> {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

    private static final boolean[] BASE64 = new boolean[128];

    static {
        ALPHABET.chars().forEach((character) -> BASE64[character] = true);
    }

    @Override
    public boolean test(String value) {
        return isBase64(value) || StrictHttpFirewall.ALLOWED_HEADER_VALUES.test(value);
    }

    private static boolean isBase64(String value) {
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character >= BASE64.length || !BASE64[character]) {
                return false;
            }
        }
        return true;
    }

}

package io.github.x402spring.scheme.exact.evm;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;

/**
 * Address on an EVM chain, in lower case: two spellings of one address are equal.
 *
 * @param value {@code 0x} and 40 hex digits in lower case
 * @since 0.1.0
 * @see <a href="https://eips.ethereum.org/EIPS/eip-55">EIP-55</a>
 */
public record EvmAddress(String value) {

    private static final Pattern UPPER_CASE = Pattern.compile("0x[0-9A-F]{40}");

    private static final Pattern PRIVATE_KEY = Pattern.compile("(?:0[xX])?[0-9a-fA-F]{64}");

    static final int DIGITS = 40;

    private static final int LENGTH = 20;

    public EvmAddress {
        Objects.requireNonNull(value, "'value' must not be null");
        if (!HexText.matches(value, DIGITS) || HexText.hasUpperCase(value)) {
            throw new IllegalArgumentException("'value' must be 0x and 40 hex digits in lower case");
        }
    }

    /**
     * Parses an address from configuration. Mixed case must be the EIP-55 checksum; an
     * address all in lower or all in upper case has none.
     * @param text the text
     * @return the address
     * @throws IllegalArgumentException if the text is not an address; the message never
     * quotes what might be a private key
     */
    public static EvmAddress parse(String text) {
        Objects.requireNonNull(text, "'text' must not be null");
        if (looksLikePrivateKey(text)) {
            throw new IllegalArgumentException("This has the form of a private key where an address belongs;"
                    + " if it is one, move its funds: it has been exposed");
        }
        EvmAddress address = tryParse(text)
            .orElseThrow(() -> new IllegalArgumentException("An address is written as 0x and 40 hex digits"));
        boolean withoutChecksum = text.equals(address.value()) || UPPER_CASE.matcher(text).matches();
        if (!withoutChecksum && !text.equals(address.checksummed())) {
            throw new IllegalArgumentException("The address " + text
                    + " fails its EIP-55 checksum and may be mistyped; copy it again from its source");
        }
        return address;
    }

    /**
     * Parses an address from the wire, where letters may have any case.
     * @param text the text, or {@code null} if there was none
     * @return the address, or empty if the text is not one
     */
    public static Optional<EvmAddress> tryParse(@Nullable String text) {
        return (text != null && HexText.matches(text, DIGITS))
                ? Optional.of(new EvmAddress(text.toLowerCase(Locale.ROOT))) : Optional.empty();
    }

    /**
     * Checks whether a text has the form of a private key, so that it can be rejected
     * without being quoted.
     * @param text the text
     * @return whether it is 64 hex digits with or without {@code 0x}
     */
    public static boolean looksLikePrivateKey(String text) {
        return PRIVATE_KEY.matcher(text.strip()).matches();
    }

    /**
     * Returns the form with the EIP-55 checksum.
     * @return {@code 0x} and 40 hex digits in mixed case
     */
    public String checksummed() {
        byte[] hash = Hash.sha3(this.value.substring(2).getBytes(StandardCharsets.US_ASCII));
        StringBuilder text = new StringBuilder(this.value);
        for (int i = 0; i < DIGITS; i++) {
            int nibble = (hash[i / 2] >> ((i % 2 == 0) ? 4 : 0)) & 0x0f;
            char digit = text.charAt(2 + i);
            if (nibble >= 8 && digit >= 'a') {
                text.setCharAt(2 + i, (char) (digit - 'a' + 'A'));
            }
        }
        return text.toString();
    }

    static EvmAddress ofBytes(byte[] bytes, int offset) {
        return new EvmAddress("0x" + HexFormat.of().formatHex(bytes, offset, offset + LENGTH));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(this.value, 2, this.value.length());
    }

    /**
     * Returns the lower-case form.
     */
    @Override
    public String toString() {
        return this.value;
    }

}

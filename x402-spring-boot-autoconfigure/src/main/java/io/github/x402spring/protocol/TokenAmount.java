package io.github.x402spring.protocol;

import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;

/**
 * Number of atomic units of a token, as on the wire: a whole number that fits uint256.
 *
 * @param value the number of atomic units
 * @since 0.1.0
 */
public record TokenAmount(BigInteger value) implements Comparable<TokenAmount> {

    /** Number of digits of {@code 2^256 - 1}. */
    private static final int MAX_DIGITS = 78;

    /** Number of digits that always fit a {@code long}, which is parsed faster. */
    private static final int LONG_DIGITS = 18;

    public TokenAmount {
        Objects.requireNonNull(value, "'value' must not be null");
        if (value.signum() < 0 || value.bitLength() > 256) {
            throw new IllegalArgumentException("'value' must fit uint256");
        }
    }

    /**
     * Creates an amount of the given number of atomic units.
     * @param value the number of atomic units
     * @return the amount
     */
    public static TokenAmount of(long value) {
        return new TokenAmount(BigInteger.valueOf(value));
    }

    /**
     * Parses the wire form: ASCII digits without sign, leading zero or exponent.
     * @param text the text
     * @return the amount, or empty if the text has another form or does not fit uint256
     */
    public static Optional<TokenAmount> tryParse(String text) {
        if (!isDecimal(text)) {
            return Optional.empty();
        }
        BigInteger value = (text.length() <= LONG_DIGITS) ? BigInteger.valueOf(Long.parseLong(text))
                : new BigInteger(text);
        return (value.bitLength() <= 256) ? Optional.of(new TokenAmount(value)) : Optional.empty();
    }

    private static boolean isDecimal(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || (text.charAt(0) == '0' && text.length() > 1)) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(TokenAmount other) {
        return this.value.compareTo(other.value);
    }

    /**
     * Returns the wire form.
     */
    @Override
    public String toString() {
        return this.value.toString();
    }

}

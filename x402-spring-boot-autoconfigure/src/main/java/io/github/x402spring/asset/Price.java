package io.github.x402spring.asset;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.TokenAmount;

/**
 * Price as it is written in configuration: {@code "$0.01"}, {@code "0.01"} or
 * {@code "1.50 USDC"}.
 *
 * @param amount the number of whole tokens
 * @param symbol the token's symbol, or {@code null} for the configured token
 * @since 0.1.0
 */
public record Price(BigDecimal amount, @Nullable String symbol) {

    private static final Pattern MONEY = Pattern
        .compile("[ \\t]*\\$?[ \\t]*([0-9]{1,40}(?:\\.[0-9]{1,40})?)(?: +([A-Za-z][A-Za-z0-9.]{0,15}))?[ \\t]*");

    private static final int MAX_DIGITS = 78;

    public Price {
        Objects.requireNonNull(amount, "'amount' must not be null");
        if (amount.signum() < 0) {
            throw new IllegalArgumentException("'amount' must not be negative");
        }
        // Nothing beyond uint256 can be paid, and 1e1000000000 would be written out.
        if (amount.scale() > MAX_DIGITS || amount.precision() - (long) amount.scale() > MAX_DIGITS) {
            throw new IllegalArgumentException("'amount' must have at most 78 digits on either side of the point");
        }
    }

    /**
     * Parses a price. {@code USD} counts as the configured token.
     * @param text the text
     * @return the price
     * @throws IllegalArgumentException if the text is not a price
     */
    public static Price parse(String text) {
        Matcher matcher = MONEY.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("A price is written like \"$0.01\", \"0.01\" or \"1.50 USDC\"");
        }
        String symbol = matcher.group(2);
        return new Price(new BigDecimal(matcher.group(1)), "USD".equals(symbol) ? null : symbol);
    }

    /**
     * Converts the price into atomic units, exactly or not at all.
     * @param asset the token
     * @return the number of atomic units
     * @throws IllegalArgumentException if the price is zero, is not a whole number of
     * atomic units, or does not fit uint256
     */
    public TokenAmount in(Asset asset) {
        if (this.amount.signum() == 0) {
            throw new IllegalArgumentException("A price must be more than zero");
        }
        BigInteger units;
        try {
            units = this.amount.movePointRight(asset.decimals()).toBigIntegerExact();
        }
        catch (ArithmeticException ex) {
            throw new IllegalArgumentException(asset.symbol() + " has " + asset.decimals()
                    + " decimal places; the price has more and would have to be rounded");
        }
        return new TokenAmount(units);
    }

}

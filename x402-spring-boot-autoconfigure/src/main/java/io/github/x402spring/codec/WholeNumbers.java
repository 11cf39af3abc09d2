package io.github.x402spring.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Reader of whole numbers in JSON trees by value: {@code 2}, {@code 2.0} and {@code 2e0}
 * are one number. Bounded, so that a short exponent makes no long number.
 */
final class WholeNumbers {

    /** More than uint256 has. */
    private static final int MAX_DIGITS = 96;

    private static final BigInteger BOUND = BigInteger.TEN.pow(MAX_DIGITS);

    private WholeNumbers() {
    }

    /**
     * Reads a number.
     * @param value a value of a JSON tree
     * @return the number; empty if the value is no number, has a fraction or has more
     * than 96 digits
     */
    static Optional<BigInteger> tryRead(@Nullable Object value) {
        return switch (value) {
            case BigInteger integer -> Optional.of(integer).filter(WholeNumbers::bounded);
            case Long integer -> Optional.of(BigInteger.valueOf(integer));
            case Integer integer -> Optional.of(BigInteger.valueOf(integer));
            case Double number when Double.isFinite(number) -> whole(BigDecimal.valueOf(number));
            case BigDecimal number -> whole(number);
            case null, default -> Optional.empty();
        };
    }

    private static Optional<BigInteger> whole(BigDecimal number) {
        if (number.signum() == 0) {
            return Optional.of(BigInteger.ZERO);
        }
        BigDecimal shortest = number.stripTrailingZeros();
        long digits = (long) shortest.precision() - shortest.scale();
        return (shortest.scale() <= 0 && digits <= MAX_DIGITS) ? Optional.of(shortest.toBigIntegerExact())
                : Optional.empty();
    }

    private static boolean bounded(BigInteger number) {
        return number.abs().compareTo(BOUND) < 0;
    }

}

package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.Objects;

/**
 * Is what one payment takes from one limit.
 *
 * @param limit the limit
 * @param subject a digest of who or what the limit counts: 64 hexadecimal digits
 * @param amount the amount, in millionths of a dollar; zero if the limit counts payments
 * only
 * @since 0.1.0
 */
public record Exposure(ExposureLimit limit, String subject, BigInteger amount) {

    /** The order in which counters are locked, the same for everybody. */
    public static final Comparator<Exposure> ORDER = Comparator
        .comparing((Exposure exposure) -> exposure.limit().name())
        .thenComparing(Exposure::subject);

    public Exposure {
        Objects.requireNonNull(limit, "'limit' must not be null");
        Objects.requireNonNull(subject, "'subject' must not be null");
        if (amount.signum() < 0 || limit.forbids(amount)) {
            throw new IllegalArgumentException("'amount' must not be negative, nor more than the limit alone");
        }
    }

}

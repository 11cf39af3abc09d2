package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.Objects;

/**
 * Share of one limit that a payment takes.
 *
 * @param limit the limit
 * @param subject a digest of the caller, payer, endpoint, tag or task that the limit
 * counts: 64 hexadecimal digits
 * @param amount the amount, in millionths of a dollar; zero if the limit counts payments
 * only
 * @since 0.1.0
 */
public record Exposure(ExposureLimit limit, String subject, BigInteger amount) {

    /** Order in which counters are locked, the same in every instance. */
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

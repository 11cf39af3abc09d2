package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Limit on how much one subject may spend, or how often it may pay, within a sliding
 * window. Time is counted in sixtieths of the window: a payment counts for the window and
 * for one sixtieth of it more at most, never for less.
 *
 * @param name the name of the limit, which is part of the key of its counters
 * @param maxAmount the most that is spent within the window, in millionths of a dollar,
 * or {@code null} if amounts do not count
 * @param maxCount the most payments within the window, or {@code null} if their number
 * does not count
 * @param window how long a payment counts; a second at least
 * @since 0.1.0
 */
public record ExposureLimit(String name, @Nullable BigInteger maxAmount, @Nullable Long maxCount, Duration window) {

    /** Number of slots of a window, besides the current one. */
    public static final int SLOTS = 60;

    /** A billion dollars: scripts in Redis, too, sum up to this amount exactly. */
    public static final BigInteger LARGEST_AMOUNT = BigInteger.TEN.pow(15);

    /** Largest count that scripts in Redis represent exactly. */
    public static final long LARGEST_COUNT = 1_000_000_000_000L;

    public ExposureLimit {
        Objects.requireNonNull(name, "'name' must not be null");
        if (maxAmount == null && maxCount == null) {
            throw new IllegalArgumentException("'maxAmount' or 'maxCount' must be given");
        }
        if (maxAmount != null && (maxAmount.signum() <= 0 || maxAmount.compareTo(LARGEST_AMOUNT) > 0)) {
            throw new IllegalArgumentException("'maxAmount' must be positive and a billion dollars at most");
        }
        if (maxCount != null && (maxCount < 1 || maxCount > LARGEST_COUNT)) {
            throw new IllegalArgumentException("'maxCount' must be positive and a million million at most");
        }
        if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(Duration.ofDays(3660)) > 0) {
            throw new IllegalArgumentException("'window' must be between a second and ten years");
        }
    }

    /**
     * Returns the length of a slot.
     * @return the number of milliseconds
     */
    public long slotMillis() {
        return (this.window.toMillis() + SLOTS - 1) / SLOTS;
    }

    /**
     * Returns the slot that a time falls into.
     * @param time the time
     * @return the number of the slot; larger for later ones
     */
    public long slot(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), slotMillis());
    }

    /**
     * Returns when the payments of a slot stop counting.
     * @param slot the number of the slot
     * @return the time
     */
    public Instant end(long slot) {
        return Instant.ofEpochMilli((slot + SLOTS + 1) * slotMillis());
    }

    /**
     * Returns how long another payment has to wait.
     * @param slots what was spent, by slot; slots that are over do not count
     * @param amount the amount of the payment, in millionths of a dollar
     * @param now the present time
     * @return the time until there is room, or empty if it may be made now
     */
    public Optional<Duration> wait(NavigableMap<Long, Exposed> slots, BigInteger amount, Instant now) {
        NavigableMap<Long, Exposed> counting = slots.tailMap(slot(now) - SLOTS, true);
        Exposed total = new Exposed(amount, 1);
        for (Exposed exposed : counting.values()) {
            total = total.plus(exposed);
        }
        if (allows(total)) {
            return Optional.empty();
        }
        for (var slot : counting.entrySet()) {
            total = total.minus(slot.getValue());
            if (allows(total)) {
                return Optional.of(Duration.between(now, end(slot.getKey())));
            }
        }
        return Optional.of(this.window);
    }

    /**
     * Returns the same counter without a limit, for what is counted and never refused.
     * @return the counter
     */
    public ExposureLimit countOnly() {
        return new ExposureLimit(this.name, null, LARGEST_COUNT, this.window);
    }

    /**
     * Returns whether one payment alone exceeds the limit.
     * @param amount the amount of the payment, in millionths of a dollar
     * @return whether waiting does not help
     */
    public boolean forbids(BigInteger amount) {
        return this.maxAmount != null && amount.compareTo(this.maxAmount) > 0;
    }

    private boolean allows(Exposed total) {
        return (this.maxAmount == null || total.amount().compareTo(this.maxAmount) <= 0)
                && (this.maxCount == null || total.count() <= this.maxCount);
    }

    /**
     * Amount and number of payments in one slot.
     *
     * @param amount the sum, in millionths of a dollar
     * @param count the number of payments
     */
    public record Exposed(BigInteger amount, long count) {

        /** Nothing. */
        public static final Exposed NONE = new Exposed(BigInteger.ZERO, 0);

        /**
         * Adds.
         * @param other what to add
         * @return the sum
         */
        public Exposed plus(Exposed other) {
            return new Exposed(this.amount.add(other.amount), this.count + other.count);
        }

        /**
         * Subtracts.
         * @param other what to subtract
         * @return the difference
         */
        public Exposed minus(Exposed other) {
            return new Exposed(this.amount.subtract(other.amount), this.count - other.count);
        }

    }

}

package io.github.x402spring.ledger.history;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

import io.github.x402spring.ledger.PaymentKey;

/**
 * Position in a listing of payments, right after the payment that it names. Listings
 * begin with what was presented last.
 *
 * @param createdAt when the payment was presented, in whole microseconds
 * @param key the payment
 * @since 0.1.0
 */
public record PaymentCursor(Instant createdAt, PaymentKey key) implements Comparable<PaymentCursor> {

    private static final Comparator<PaymentCursor> ORDER = Comparator.comparing(PaymentCursor::createdAt)
        .thenComparing((cursor) -> cursor.key().network().toString())
        .thenComparing((cursor) -> cursor.key().asset())
        .thenComparing((cursor) -> cursor.key().payer())
        .thenComparing((cursor) -> cursor.key().nonce())
        .reversed();

    private static final long MICROS_PER_SECOND = 1_000_000;

    private static final int NANOS_PER_MICRO = 1000;

    public PaymentCursor {
        createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
        Objects.requireNonNull(key, "'key' must not be null");
    }

    /**
     * Returns the position as characters that need no encoding in an address. They reveal
     * the payer.
     * @return the text
     */
    public String text() {
        long micros = Math.addExact(Math.multiplyExact(this.createdAt.getEpochSecond(), MICROS_PER_SECOND),
                this.createdAt.getNano() / NANOS_PER_MICRO);
        return micros + "." + this.key.reference();
    }

    /**
     * Reads what {@link #text} wrote.
     * @param text the text, of any length and origin
     * @return the position, or empty if the text is none
     */
    public static Optional<PaymentCursor> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 1 || dot > 18 || !text.substring(0, dot).chars().allMatch((digit) -> digit >= '0' && digit <= '9')) {
            return Optional.empty();
        }
        try {
            long micros = Long.parseLong(text.substring(0, dot));
            Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
            return PaymentKey.ofReference(text.substring(dot + 1)).map((key) -> new PaymentCursor(time, key));
        }
        catch (DateTimeException | ArithmeticException | NumberFormatException ex) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(PaymentCursor other) {
        return ORDER.compare(this, other);
    }

}

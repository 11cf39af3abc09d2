package io.github.x402spring.ledger.history;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.ledger.PaymentState;

/**
 * Totals of each of the last hours. Counted hour by hour in the background, at most once
 * a minute and only on request; an hour that is over and in which all payments are
 * settled is not counted again. Thread-safe.
 *
 * @since 0.1.0
 */
public final class HourlyTotals {

    private static final Logger logger = LoggerFactory.getLogger(HourlyTotals.class);

    private static final Duration FRESH = Duration.ofMinutes(1);

    /** A payment that is not settled after this time may stay so for long. */
    private static final Duration OPEN_FRESH = Duration.ofMinutes(10);

    /** These hours are published before the others are counted. */
    private static final int FIRST_HOURS = 24;

    private final PaymentHistory history;

    private final Clock clock;

    private final int hours;

    private final Executor executor;

    private final AtomicBoolean counting = new AtomicBoolean();

    private final CountDownLatch counted = new CountDownLatch(1);

    /** Accessed by the counting thread only. */
    private final NavigableMap<Instant, Hour> known = new TreeMap<>();

    private volatile Snapshot snapshot = new Snapshot(Instant.EPOCH, new TreeMap<>(), false);

    /**
     * Creates totals that were never counted.
     * @param history what is counted
     * @param clock the source of time
     * @param hours how many hours are known
     * @param executor runs the counting
     */
    public HourlyTotals(PaymentHistory history, Clock clock, int hours, Executor executor) {
        this.history = Objects.requireNonNull(history, "'history' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.executor = Objects.requireNonNull(executor, "'executor' must not be null");
        this.hours = hours;
    }

    /**
     * Returns the last totals, and starts counting again if they are old.
     * @param patience how long to wait where nothing was counted yet
     * @return the totals, perhaps of no hour yet
     */
    public Snapshot snapshot(Duration patience) {
        Instant now = this.clock.instant();
        if (!now.isBefore(this.snapshot.countedAt().plus(FRESH)) && this.counting.compareAndSet(false, true)) {
            try {
                this.executor.execute(this::count);
            }
            catch (RuntimeException ex) {
                this.counting.set(false);
                logger.debug("Payments are not counted: no thread available", ex);
            }
        }
        try {
            boolean ignored = this.counted.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        return this.snapshot;
    }

    private void count() {
        Instant now = this.clock.instant();
        try {
            Instant current = now.truncatedTo(ChronoUnit.HOURS);
            this.known.headMap(current.minus(this.hours - 1L, ChronoUnit.HOURS)).clear();
            for (int back = 0; back < this.hours; back++) {
                count(current.minus(back, ChronoUnit.HOURS), now);
                if (back == FIRST_HOURS - 1 && this.known.size() == FIRST_HOURS) {
                    publish(now, false);
                }
            }
            publish(now, false);
        }
        catch (RuntimeException ex) {
            logger.debug("Payments could not be counted", ex);
            publish(now, true);
        }
        finally {
            this.counting.set(false);
        }
    }

    private void count(Instant hour, Instant now) {
        Hour present = this.known.get(hour);
        if (present == null || present.due(hour, now)) {
            this.known.put(hour, new Hour(now, List.copyOf(this.history.totals(hour, hour.plus(1, ChronoUnit.HOURS)))));
        }
    }

    private void publish(Instant now, boolean failed) {
        NavigableMap<Instant, List<PaymentTotal>> totals = new TreeMap<>();
        this.known.forEach((hour, counted) -> totals.put(hour, counted.totals()));
        this.snapshot = new Snapshot(now, totals, failed);
        this.counted.countDown();
    }

    /**
     * Totals at one time.
     *
     * @param countedAt when; 1970 if never
     * @param hours the totals by the beginning of the hour; not to be changed
     * @param failed whether the ledger was unavailable, so that hours may be missing
     */
    public record Snapshot(Instant countedAt, NavigableMap<Instant, List<PaymentTotal>> hours, boolean failed) {

        /**
         * Returns whether sums since a time are complete. While the first hours are
         * counted, a sum is not zero but unknown.
         * @param from the beginning, inclusive
         * @return whether each hour since then was counted
         */
        public boolean covers(Instant from) {
            return !this.hours.isEmpty() && !this.hours.firstKey().isAfter(from);
        }

        /**
         * Sums up hours.
         * @param from the beginning, inclusive
         * @return the totals since then
         */
        public List<PaymentTotal> since(Instant from) {
            Map<List<Object>, PaymentTotal> sums = new LinkedHashMap<>();
            this.hours.tailMap(from)
                .values()
                .forEach((totals) -> totals.forEach(
                        (total) -> sums.merge(List.of(total.endpoint(), total.network(), total.asset(), total.state()),
                                total, PaymentTotal::plus)));
            return List.copyOf(sums.values());
        }

    }

    private record Hour(Instant countedAt, List<PaymentTotal> totals) {

        boolean due(Instant hour, Instant now) {
            boolean over = !this.countedAt.isBefore(hour.plus(1, ChronoUnit.HOURS).plus(OPEN_FRESH));
            boolean open = this.totals.stream()
                .anyMatch((total) -> total.state() != PaymentState.SETTLED && !total.state().ended());
            Duration fresh = over ? OPEN_FRESH : FRESH;
            return (open || !over) && !now.isBefore(this.countedAt.plus(fresh));
        }

    }

}

package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.github.x402spring.ledger.Reservation;

/**
 * Log of deliveries of paid responses, which is written behind so that no request waits
 * for it: in batches, from one thread, and the rest when the log is closed. Renews the
 * lease on a delivery for as long as it lasts. Thread-safe.
 * <p>
 * It is bounded and drops entries when the store is unavailable for too long. A response
 * may then be given to its payer twice.
 */
final class DeliveryLog implements AutoCloseable {

    /**
     * How long a response counts as being delivered after the last report of its
     * instance.
     */
    public static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration RENEWAL = LEASE.dividedBy(3);

    /** Longer than any response takes; an older delivery was never reported. */
    private static final Duration LONGEST = Duration.ofHours(6);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /**
     * A response is passed to the container and leaves a moment later. An instance that
     * dies in between must not have reported it as delivered.
     */
    private static final Duration DEPARTURE = Duration.ofSeconds(1);

    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final int MAX_ENTRIES = 10_000;

    private static final int MAX_BATCH = 200;

    private static final Logger logger = LoggerFactory.getLogger(DeliveryLog.class);

    private final Consumer<List<Entry>> store;

    private final Time time;

    private final BlockingQueue<Ended> queue = new LinkedBlockingQueue<>(MAX_ENTRIES);

    /** Deliveries in flight by token, and when each was reported last. */
    private final ConcurrentMap<String, Open> open = new ConcurrentHashMap<>();

    /**
     * Finished deliveries by token: until they are written, and somewhat longer, because
     * another thread may have read the store before.
     */
    private final ConcurrentMap<String, Boolean> delivered = new ConcurrentHashMap<>();

    /** Accessed by the writing thread only. */
    private final Queue<String> written = new ArrayDeque<>();

    private final AtomicReference<@Nullable Thread> writer = new AtomicReference<>();

    private volatile boolean closed;

    /** Creates a log, which starts to write with the first delivery. */
    DeliveryLog(Consumer<List<Entry>> store) {
        this(store, new SystemTime());
    }

    DeliveryLog(Consumer<List<Entry>> store, Time time) {
        this.store = store;
        this.time = time;
    }

    /**
     * Notes that a response is about to be delivered, which the store has recorded
     * already.
     */
    void began(Reservation reservation) {
        if (this.open.size() < MAX_ENTRIES) {
            long now = this.time.nanos();
            this.open.put(reservation.token(), new Open(reservation, now, now));
        }
        startWriter();
    }

    /** Notes the end of a delivery. */
    void ended(Reservation reservation, Kind kind) {
        Entry entry = new Entry(reservation, kind);
        String token = reservation.token();
        this.open.remove(token);
        if (kind == Kind.DELIVERED) {
            this.delivered.put(token, Boolean.TRUE);
        }
        long departure = (kind == Kind.DELIVERED) ? DEPARTURE.toNanos() : 0;
        if (!this.queue.offer(new Ended(entry, this.time.nanos() + departure))) {
            this.delivered.remove(token);
        }
        startWriter();
    }

    /**
     * Returns whether this instance delivered a response, although the store may not have
     * recorded it yet.
     */
    boolean knowsDelivered(String token) {
        return this.delivered.containsKey(token);
    }

    private void startWriter() {
        if (this.writer.get() == null && !this.closed) {
            Thread thread = Thread.ofPlatform().daemon().name("x402-deliveries").unstarted(this::write);
            if (this.writer.compareAndSet(null, thread)) {
                thread.start();
            }
        }
    }

    private void write() {
        List<Entry> batch = new ArrayList<>(MAX_BATCH);
        boolean troubled = false;
        int tries = 0;
        while (!this.closed || !this.queue.isEmpty() || !batch.isEmpty()) {
            try {
                if (batch.isEmpty()) {
                    fill(batch);
                }
                if (!batch.isEmpty()) {
                    this.store.accept(List.copyOf(batch));
                    forget(batch);
                }
                troubled = false;
                tries = 0;
            }
            catch (InterruptedException ex) {
                // Closed: what is in the queue is still written.
            }
            catch (RuntimeException ex) {
                logger.atLevel(troubled ? Level.DEBUG : Level.WARN)
                    .setCause(ex)
                    .log("Deliveries could not be recorded; responses may be given a second time");
                troubled = true;
                // Closing may have interrupted what would have worked.
                if (this.closed && ++tries > 1) {
                    return;
                }
                pause();
            }
        }
    }

    private void fill(List<Entry> batch) throws InterruptedException {
        Ended first = this.queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first.entry());
            if (!this.closed) {
                this.time.sleep(first.writtenFrom() - this.time.nanos());
            }
            for (Ended next = this.queue.peek(); next != null && batch.size() < MAX_BATCH
                    && isDue(next); next = this.queue.peek()) {
                batch.add(this.queue.remove().entry());
            }
        }
        long now = this.time.nanos();
        for (Open delivery : this.open.values()) {
            if (now - delivery.began() > LONGEST.toNanos()) {
                this.open.remove(delivery.reservation().token());
            }
            else if (now - delivery.renewed() > RENEWAL.toNanos()) {
                batch.add(new Entry(delivery.reservation(), Kind.CONTINUES));
                this.open.replace(delivery.reservation().token(), delivery,
                        new Open(delivery.reservation(), delivery.began(), now));
            }
        }
    }

    private boolean isDue(Ended ended) {
        return this.closed || ended.writtenFrom() - this.time.nanos() <= 0;
    }

    private void forget(List<Entry> batch) {
        for (Entry entry : batch) {
            if (entry.kind() == Kind.DELIVERED) {
                this.written.add(entry.reservation().token());
            }
        }
        while (this.written.size() > MAX_BATCH) {
            this.delivered.remove(this.written.remove());
        }
        batch.clear();
    }

    private void pause() {
        try {
            this.time.sleep(PAUSE.toNanos());
        }
        catch (InterruptedException ex) {
            // Closed: there is one more try, at once.
        }
    }

    /**
     * Writes what is left and ends the thread. Waits a few seconds at most.
     */
    @Override
    public void close() {
        this.closed = true;
        Thread thread = this.writer.get();
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(GRACE);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Source of time, and a way to let it pass. */
    interface Time {

        long nanos();

        void sleep(long nanos) throws InterruptedException;

    }

    private static final class SystemTime implements Time {

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }

    }

    private record Ended(Entry entry, long writtenFrom) {
    }

    private record Open(Reservation reservation, long began, long renewed) {
    }

    /**
     * Outcome of a delivery, or that it lasts.
     *
     * @param reservation the payment
     * @param kind the outcome
     */
    public record Entry(Reservation reservation, Kind kind) {
    }

    /**
     * Kinds of entries.
     */
    public enum Kind {

        /** It was delivered in full. */
        DELIVERED,

        /** It was not delivered, and no byte of its body was handed to the container. */
        LOST,

        /**
         * It was not delivered in full, and a byte of its body was handed to the
         * container.
         */
        BROKEN,

        /** It is still being delivered. */
        CONTINUES

    }

}

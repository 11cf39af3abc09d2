package io.github.x402spring.ledger.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentKey;

/**
 * Collection of one entry for each payment, up to a bound that is never exceeded. Entries
 * that may be forgotten are removed from time to time, when others are added.
 * Thread-safe; no call waits for another.
 *
 * @param <E> the type of the entries; compared by {@code equals}
 * @since 0.1.0
 */
public final class BoundedEntries<E> {

    private static final Duration PURGE_INTERVAL = Duration.ofSeconds(30);

    private final ConcurrentMap<PaymentKey, E> entries = new ConcurrentHashMap<>();

    /** Counts entries and room promised to entries; the map's own size is an estimate. */
    private final AtomicInteger occupied = new AtomicInteger();

    private final AtomicReference<Instant> nextPurge;

    private final int maxEntries;

    private final BiPredicate<E, Instant> forgettable;

    private final BiConsumer<PaymentKey, E> forgotten;

    /**
     * Creates an empty collection.
     * @param now the present time
     * @param maxEntries the maximum number of entries
     * @param forgettable decides which entries may be removed at a given time
     */
    public BoundedEntries(Instant now, int maxEntries, BiPredicate<E, Instant> forgettable) {
        this(now, maxEntries, forgettable, (key, entry) -> {
        });
    }

    /**
     * Creates an empty collection that reports which entries have left.
     * @param now the present time
     * @param maxEntries the maximum number of entries
     * @param forgettable decides which entries may be removed at a given time
     * @param forgotten is notified of each entry that has left because it may; not of
     * entries that were removed
     */
    public BoundedEntries(Instant now, int maxEntries, BiPredicate<E, Instant> forgettable,
            BiConsumer<PaymentKey, E> forgotten) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("'maxEntries' must be positive");
        }
        this.nextPurge = new AtomicReference<>(now.plus(PURGE_INTERVAL));
        this.maxEntries = maxEntries;
        this.forgettable = Objects.requireNonNull(forgettable, "'forgettable' must not be null");
        this.forgotten = Objects.requireNonNull(forgotten, "'forgotten' must not be null");
    }

    /**
     * Looks up an entry.
     * @param key the payment
     * @return the entry, or {@code null} if there is none
     */
    public @Nullable E get(PaymentKey key) {
        return this.entries.get(key);
    }

    /**
     * Adds an entry, unless there is one or there is no room.
     * @param key the payment
     * @param entry the entry
     * @param now the present time
     * @return the outcome
     */
    public Addition<E> add(PaymentKey key, E entry, Instant now) {
        purgeNowAndThen(now);
        E present = this.entries.get(key);
        if (present != null) {
            return new Addition.Present<>(present);
        }
        if (!takeRoom()) {
            return new Addition.Full<>();
        }
        present = this.entries.putIfAbsent(key, entry);
        if (present == null) {
            return new Addition.Added<>();
        }
        this.occupied.decrementAndGet();
        return new Addition.Present<>(present);
    }

    /**
     * Replaces an entry, if it is still the given one.
     * @param key the payment
     * @param expected the present entry
     * @param entry the new entry
     * @return whether it was replaced
     */
    public boolean replace(PaymentKey key, E expected, E entry) {
        return this.entries.replace(key, expected, entry);
    }

    /**
     * Removes an entry, if it is still the given one.
     * @param key the payment
     * @param expected the present entry
     * @return whether it was removed
     */
    public boolean remove(PaymentKey key, E expected) {
        boolean removed = this.entries.remove(key, expected);
        if (removed) {
            this.occupied.decrementAndGet();
        }
        return removed;
    }

    /**
     * Visits every entry. Concurrent changes may or may not be visible.
     * @param action what to do with each
     */
    public void forEach(BiConsumer<PaymentKey, E> action) {
        this.entries.forEach(action);
    }

    /**
     * Returns whether there is room for another entry.
     * @param now the present time
     * @return whether there is
     */
    public boolean hasRoom(Instant now) {
        purgeNowAndThen(now);
        return size() < this.maxEntries;
    }

    /**
     * Returns the number of entries.
     * @return the number
     */
    public int size() {
        return this.occupied.get();
    }

    /**
     * Returns the maximum number of entries.
     * @return the number
     */
    public int maxEntries() {
        return this.maxEntries;
    }

    private boolean takeRoom() {
        int before;
        do {
            before = this.occupied.get();
            if (before >= this.maxEntries) {
                return false;
            }
        }
        while (!this.occupied.compareAndSet(before, before + 1));
        return true;
    }

    private void purgeNowAndThen(Instant now) {
        Instant due = this.nextPurge.get();
        if (now.isBefore(due) || !this.nextPurge.compareAndSet(due, now.plus(PURGE_INTERVAL))) {
            return;
        }
        this.entries.forEach((key, entry) -> {
            if (this.forgettable.test(entry, now) && remove(key, entry)) {
                this.forgotten.accept(key, entry);
            }
        });
    }

    /**
     * Outcome of an attempt to add an entry.
     *
     * @param <E> the type of the entries
     */
    public sealed interface Addition<E> {

        /**
         * The entry was added.
         *
         * @param <E> the type of the entries
         */
        record Added<E>() implements Addition<E> {
        }

        /**
         * There is another entry.
         *
         * @param <E> the type of the entries
         * @param entry the other entry
         */
        record Present<E>(E entry) implements Addition<E> {
        }

        /**
         * There is no room.
         *
         * @param <E> the type of the entries
         */
        record Full<E>() implements Addition<E> {
        }

    }

}

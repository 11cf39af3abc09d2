package io.github.x402spring.autoconfigure.observation;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;

/**
 * Cache of the values that were computed last, in a fixed number of places, so that equal
 * input is not computed again. Thread-safe; no thread waits for another.
 *
 * @param <K> the type of what it is computed from
 * @param <V> the type of what is computed
 */
final class RecentValues<K, V> {

    /** A power of two. */
    private static final int PLACES = 256;

    private final AtomicReferenceArray<@Nullable Entry<K, V>> places = new AtomicReferenceArray<>(PLACES);

    private final ToIntFunction<K> hash;

    private final BiPredicate<K, K> same;

    private final Function<K, V> work;

    private RecentValues(ToIntFunction<K> hash, BiPredicate<K, K> same, Function<K, V> work) {
        this.hash = hash;
        this.same = same;
        this.work = work;
    }

    static <K, V> RecentValues<K, V> byEquality(Function<K, V> work) {
        return new RecentValues<>(Objects::hashCode, Objects::equals, work);
    }

    /** For long-lived objects, whose own hash would cost more than the work. */
    static <K, V> RecentValues<K, V> byIdentity(Function<K, V> work) {
        return new RecentValues<>(System::identityHashCode, (one, other) -> one == other, work);
    }

    V of(K key) {
        int place = this.hash.applyAsInt(key) & (PLACES - 1);
        Entry<K, V> entry = this.places.get(place);
        if (entry == null || !this.same.test(entry.key(), key)) {
            entry = new Entry<>(key, this.work.apply(key));
            this.places.set(place, entry);
        }
        return entry.value();
    }

    private record Entry<K, V>(K key, V value) {
    }

}

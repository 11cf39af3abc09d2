package io.github.x402spring.ledger.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.e2e.Together;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.memory.BoundedEntries.Addition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class BoundedEntriesTests {

    private static final Instant NOW = TestClaims.NOW;

    private static final Instant DUE = NOW.plusSeconds(30);

    private final Set<String> forgettable = ConcurrentHashMap.newKeySet();

    private final BoundedEntries<String> entries = new BoundedEntries<>(NOW, 2,
            (entry, now) -> this.forgettable.contains(entry));

    @Test
    void addWhenThereIsRoomThenIsThere() {
        assertThat(add(1, "a")).isEqualTo(new Addition.Added<>());
        assertThat(this.entries.get(key(1))).isEqualTo("a");
        assertThat(this.entries.get(key(2))).isNull();
        assertThat(this.entries.size()).isEqualTo(1);
    }

    @Test
    void addWhenThereIsOneThenItStays() {
        add(1, "a");
        assertThat(add(1, "b")).isEqualTo(new Addition.Present<>("a"));
        assertThat(this.entries.get(key(1))).isEqualTo("a");
        assertThat(this.entries.size()).isEqualTo(1);
    }

    @Test
    void addWhenThereIsNoRoomThenRefusedAndWhatIsThereIsStillKnown() {
        add(1, "a");
        assertThat(this.entries.hasRoom(NOW)).isTrue();
        add(2, "b");
        assertThat(this.entries.hasRoom(NOW)).isFalse();
        assertThat(add(3, "c")).isEqualTo(new Addition.Full<>());
        assertThat(add(2, "c")).isEqualTo(new Addition.Present<>("b"));
        assertThat(this.entries.get(key(3))).isNull();
        assertThat(this.entries.size()).isEqualTo(2);
    }

    @Test
    void removeWhenItIsStillTheSameThenThereIsRoomOnce() {
        add(1, "a");
        add(2, "b");
        assertThat(this.entries.remove(key(1), "other")).isFalse();
        assertThat(this.entries.hasRoom(NOW)).isFalse();
        assertThat(this.entries.remove(key(1), "a")).isTrue();
        assertThat(this.entries.remove(key(1), "a")).isFalse();
        assertThat(this.entries.size()).isEqualTo(1);
        assertThat(add(3, "c")).isEqualTo(new Addition.Added<>());
        assertThat(add(4, "d")).isEqualTo(new Addition.Full<>());
    }

    @Test
    void replaceWhenItIsNoLongerTheSameThenStays() {
        add(1, "a");
        assertThat(this.entries.replace(key(1), "a", "b")).isTrue();
        assertThat(this.entries.replace(key(1), "a", "c")).isFalse();
        assertThat(this.entries.replace(key(2), "a", "c")).isFalse();
        assertThat(this.entries.get(key(1))).isEqualTo("b");
        assertThat(this.entries.size()).isEqualTo(1);
    }

    @Test
    void addWhenHalfAMinuteHasPassedThenWhatMayBeForgottenLeaves() {
        add(1, "a");
        add(2, "b");
        this.forgettable.add("a");
        assertThat(this.entries.add(key(3), "c", DUE.minusNanos(1))).isEqualTo(new Addition.Full<>());
        assertThat(this.entries.add(key(3), "c", DUE)).isEqualTo(new Addition.Added<>());
        assertThat(this.entries.get(key(1))).isNull();
        assertThat(this.entries.get(key(2))).isEqualTo("b");
    }

    @Test
    void hasRoomWhenHalfAMinuteHasPassedThenForgetsToo() {
        add(1, "a");
        add(2, "b");
        this.forgettable.add("b");
        assertThat(this.entries.hasRoom(DUE.minusNanos(1))).isFalse();
        assertThat(this.entries.hasRoom(DUE)).isTrue();
    }

    @Test
    void addWhenItWasJustLookedForWhatMayBeForgottenThenIsNotForAnotherHalfMinute() {
        add(1, "a");
        add(2, "b");
        assertThat(this.entries.hasRoom(DUE)).isFalse();
        this.forgettable.addAll(List.of("a", "b"));
        assertThat(this.entries.hasRoom(DUE.plus(Duration.ofSeconds(30)).minusNanos(1))).isFalse();
        assertThat(this.entries.hasRoom(DUE.plus(Duration.ofSeconds(30)))).isTrue();
        assertThat(this.entries.size()).isZero();
    }

    @Test
    void addWhenAnEntryChangesWhileItIsForgottenThenTheNewOneStays() {
        AtomicReference<BoundedEntries<String>> itself = new AtomicReference<>();
        BoundedEntries<String> changing = new BoundedEntries<>(NOW, 1,
                (entry, now) -> itself.get().replace(key(1), "old", "new"));
        itself.set(changing);
        changing.add(key(1), "old", NOW);
        assertThat(changing.add(key(2), "other", DUE)).isEqualTo(new Addition.Full<>());
        assertThat(changing.get(key(1))).isEqualTo("new");
    }

    @Test
    void forEachWhenCalledThenSeesEachWithItsPayment() {
        add(1, "a");
        add(2, "b");
        Map<PaymentKey, String> seen = new HashMap<>();
        this.entries.forEach(seen::put);
        assertThat(seen).isEqualTo(Map.of(key(1), "a", key(2), "b"));
    }

    @Test
    void addWhenManyAddAtOnceThenTheBoundHolds() throws Exception {
        List<Addition<String>> additions = simultaneously((number) -> add(number, "entry " + number));
        assertThat(additions).filteredOn(Addition.Added.class::isInstance).hasSize(2);
        assertThat(additions).filteredOn(Addition.Full.class::isInstance).hasSize(6);
        assertThat(this.entries.size()).isEqualTo(2);
    }

    @Test
    void addWhenManyAddTheSameAtOnceThenItTakesRoomOnce() throws Exception {
        BoundedEntries<String> roomy = new BoundedEntries<>(NOW, 100, (entry, now) -> false);
        List<Addition<String>> additions = simultaneously((number) -> roomy.add(key(1), "entry " + number, NOW));
        assertThat(additions).filteredOn(Addition.Added.class::isInstance).hasSize(1);
        assertThat(additions).filteredOn(Addition.Present.class::isInstance)
            .hasSize(7)
            .containsOnly(new Addition.Present<>(roomy.get(key(1))));
        assertThat(roomy.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, -1 })
    void createWhenThereWouldBeNoRoomThenRefused(int maxEntries) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new BoundedEntries<String>(NOW, maxEntries, (entry, now) -> false));
    }

    @Test
    void createWhenThereIsRoomForOneThenSaysSo() {
        assertThat(new BoundedEntries<String>(NOW, 1, (entry, now) -> false).maxEntries()).isEqualTo(1);
    }

    private Addition<String> add(int number, String entry) {
        return this.entries.add(key(number), entry, NOW);
    }

    private static PaymentKey key(int number) {
        return TestClaims.key(number);
    }

    private static <T> List<T> simultaneously(IntFunction<T> task) throws Exception {
        return Together.run(IntStream.range(0, 8).<Callable<T>>mapToObj((number) -> () -> task.apply(number)).toList());
    }

}

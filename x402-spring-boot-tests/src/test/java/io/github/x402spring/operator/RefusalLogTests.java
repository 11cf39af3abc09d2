package io.github.x402spring.operator;

import java.time.Instant;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RefusalLogTests {

    private final RefusalLog log = new RefusalLog(3);

    @Test
    void latestWhenSomeWereAddedThenTheLastOneIsFirst() {
        add("a", "b", "c");
        assertThat(this.log.latest(10)).extracting(Refusal::rule).containsExactly("c", "b", "a");
    }

    @Test
    void addWhenThereIsNoRoomThenTheOldestLeavesAndIsStillCounted() {
        add("a", "b", "c", "d");
        assertThat(this.log.latest(10)).extracting(Refusal::rule).containsExactly("d", "c", "b");
        assertThat(this.log.count()).isEqualTo(4);
    }

    @Test
    void latestWhenFewerAreAskedForThenThoseOnly() {
        add("a", "b", "c");
        assertThat(this.log.latest(2)).extracting(Refusal::rule).containsExactly("c", "b");
        assertThat(this.log.latest(0)).isEmpty();
        assertThat(this.log.latest(-1)).isEmpty();
    }

    @Test
    void latestWhenMoreAreAddedLaterThenStaysAsItWas() {
        add("a");
        var latest = this.log.latest(10);
        add("b");
        assertThat(latest).extracting(Refusal::rule).containsExactly("a");
    }

    @Test
    void addWhenManyDoThenEachIsCountedAndTheBoundHolds() throws Exception {
        Refusal refusal = refusal("x");
        CyclicBarrier start = new CyclicBarrier(4);
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                executor.submit(() -> {
                    start.await();
                    for (int n = 0; n < 20_000; n++) {
                        this.log.add(refusal);
                    }
                    return null;
                });
            }
        }
        assertThat(this.log.count()).isEqualTo(80_000);
        assertThat(this.log.latest(10)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, -1 })
    void createWhenThereIsNoRoomThenRefused(int maxEntries) {
        assertThatIllegalArgumentException().isThrownBy(() -> new RefusalLog(maxEntries));
    }

    @Test
    void addWhenThereIsRoomForOneThenTheLastOneStays() {
        RefusalLog one = new RefusalLog(1);
        one.add(refusal("a"));
        one.add(refusal("b"));
        assertThat(one.latest(10)).extracting(Refusal::rule).containsExactly("b");
    }

    private void add(String... rules) {
        for (String rule : rules) {
            this.log.add(refusal(rule));
        }
    }

    private static Refusal refusal(String rule) {
        return new Refusal(Instant.EPOCH, "report", Reason.FORBIDDEN, rule, null, null, null);
    }

}

package io.github.x402spring.autoconfigure.webmvc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class CallerRateLimitTests {

    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(90).toNanos());

    @ParameterizedTest
    @ValueSource(ints = { 1, 3, 7, 600, 100_000 })
    void takeWhenAllowanceIsUsedUpThenWaits(int requestsPerMinute) {
        CallerRateLimit limit = limit(requestsPerMinute, 10);

        for (int i = 0; i < requestsPerMinute; i++) {
            assertThat(limit.take("alice")).isZero();
        }

        assertThat(limit.take("alice")).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void takeWhenTimeHasPassedThenGrantedAgain() {
        CallerRateLimit limit = limit(2, 10);
        limit.take("alice");
        limit.take("alice");

        Duration wait = limit.take("alice");
        pass(wait.minusNanos(1));
        Duration rest = limit.take("alice");
        pass(rest);

        assertThat(wait).isEqualTo(Duration.ofSeconds(30));
        assertThat(rest).isEqualTo(Duration.ofNanos(1));
        assertThat(limit.take("alice")).isZero();
        assertThat(limit.take("alice")).isPositive();
    }

    @Test
    void takeWhenClockOverflowsThenStillRefills() {
        CallerRateLimit limit = limit(1, 10);
        limit.take("alice");
        pass(Duration.ofMinutes(1));
        limit.take("alice");
        pass(Duration.ofMinutes(1));

        assertThat(limit.take("alice")).isZero();
        assertThat(limit.take("alice")).isPositive();
    }

    @Test
    void takeWhenAnotherCallerIsOverItsAllowanceThenGranted() {
        CallerRateLimit limit = limit(1, 10);
        limit.take("alice");

        assertThat(limit.take("alice")).isPositive();
        assertThat(limit.take("bob")).isZero();
    }

    @Test
    void takeWhenCallersAreManyThenNewOnesShareAllowance() {
        CallerRateLimit limit = limit(1, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(limit.take("caller " + i)).isZero();
        }

        assertThat(limit.take("first too many")).isZero();
        assertThat(limit.take("second too many")).isPositive();
        assertThat(limit.callers()).isEqualTo(4);
    }

    @Test
    void takeWhenCallersHaveGoneThenTheyMakeRoom() {
        CallerRateLimit limit = limit(1, 3);
        for (int i = 0; i < 100; i++) {
            limit.take("caller " + i);
        }
        pass(Duration.ofMinutes(2));

        assertThat(limit.take("new")).isZero();
        assertThat(limit.callers()).isEqualTo(1);
    }

    @Test
    void takeWhenManyAtOnceThenNoneMoreThanAllowance() throws Exception {
        CallerRateLimit limit = limit(50, 10);
        List<Future<Boolean>> requests = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            FutureTask<Boolean> request = new FutureTask<>(() -> limit.take("alice").isZero());
            Thread.ofVirtual().start(request);
            requests.add(request);
        }

        assertThat(requests.stream().filter(CallerRateLimitTests::get)).hasSize(50);
    }

    private CallerRateLimit limit(int requestsPerMinute, int maxCallers) {
        return new CallerRateLimit(requestsPerMinute, maxCallers, this.time::get);
    }

    private void pass(Duration duration) {
        this.time.addAndGet(duration.toNanos());
    }

    private static boolean get(Future<Boolean> future) {
        try {
            return future.get();
        }
        catch (InterruptedException | ExecutionException ex) {
            throw new IllegalStateException(ex);
        }
    }

}

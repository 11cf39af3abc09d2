package io.github.x402spring.ledger.memory;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TestClaims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class InMemoryTaskRegistryTests {

    private static final Duration RETENTION = Duration.ofDays(1);

    private final MutableClock clock = new MutableClock(TestClaims.NOW);

    private final InMemoryTaskRegistry registry = new InMemoryTaskRegistry(this.clock, RETENTION, 2);

    @Test
    void endedWhenNobodyEndedItThenNot() throws Exception {
        this.registry.end(task("a"));
        assertThat(this.registry.ended(task("b"))).isFalse();
    }

    @Test
    void endedWhenEndedThenForAsLongAsItIsRemembered() throws Exception {
        this.registry.end(task("a"));
        this.clock.advance(RETENTION.minusNanos(1));
        assertThat(this.registry.ended(task("a"))).isTrue();
        this.clock.advance(Duration.ofNanos(1));
        assertThat(this.registry.ended(task("a"))).isFalse();
    }

    @Test
    void endWhenThereIsNoRoomThenRefusedAndNoneIsForgotten() throws Exception {
        this.registry.end(task("a"));
        this.registry.end(task("b"));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> this.registry.end(task("c")));
        assertThat(this.registry.ended(task("a"))).isTrue();
        assertThat(this.registry.ended(task("b"))).isTrue();
        assertThat(this.registry.ended(task("c"))).isFalse();
    }

    @Test
    void endWhenEndedAgainThenRememberedFromThenOnAlsoWhereThereIsNoRoom() throws Exception {
        this.registry.end(task("a"));
        this.registry.end(task("b"));
        this.clock.advance(RETENTION.minusNanos(1));
        this.registry.end(task("a"));
        this.clock.advance(RETENTION.minusNanos(1));
        assertThat(this.registry.ended(task("a"))).isTrue();
        assertThat(this.registry.ended(task("b"))).isFalse();
    }

    @Test
    void endWhenOldOnesAreForgottenThenThereIsRoom() throws Exception {
        this.registry.end(task("a"));
        this.registry.end(task("b"));
        this.clock.advance(RETENTION);
        this.registry.end(task("c"));
        this.registry.end(task("d"));
        assertThat(this.registry.ended(task("c"))).isTrue();
        assertThat(this.registry.ended(task("d"))).isTrue();
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> this.registry.end(task("e")));
    }

    private static TaskKey task(String id) {
        return TaskKey.ofCaller("alice", id);
    }

}

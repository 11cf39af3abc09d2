package io.github.x402spring.ledger;

import java.time.Clock;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class InMemoryAnswerStoreTests extends AnswerStoreContractTests {

    @Override
    protected AnswerStore createStore(Duration timeToLive) {
        return new InMemoryAnswerStore(Clock.systemUTC(), timeToLive, 1_000_000);
    }

    @Test
    void keepWhenThereIsNoRoomThenTheOldestGo() {
        InMemoryAnswerStore store = new InMemoryAnswerStore(Clock.systemUTC(), Duration.ofMinutes(1), 10_000);
        for (int i = 0; i < 20; i++) {
            store.keep(key(i), new byte[1500]);
        }
        assertThat(store.find(key(14))).isEmpty();
        for (int i = 16; i < 20; i++) {
            assertThat(store.find(key(i))).isPresent();
        }
        store.keep(key(99), new byte[10_000]);
        assertThat(store.find(key(99))).isEmpty();
        assertThat(store.find(key(19))).isPresent();
    }

}

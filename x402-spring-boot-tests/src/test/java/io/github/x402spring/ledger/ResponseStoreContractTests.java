package io.github.x402spring.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.x402spring.Eventually;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link ResponseStore} promises. Extended once for each implementation.
 */
public abstract class ResponseStoreContractTests {

    private static final byte[] ANSWER = "sealed \u0000 \uffff answer".getBytes(StandardCharsets.UTF_8);

    private static final byte[] OTHER = new byte[100_000];

    /** Makes an empty store. Called once a test. */
    protected abstract ResponseStore createStore(Duration timeToLive) throws Exception;

    @Test
    void findWhenKeptThenTheSameBytesAndNoOthers() throws Exception {
        ResponseStore store = createStore(Duration.ofMinutes(10));
        store.keep(key(1), ANSWER);
        store.keep(key(2), OTHER);
        assertThat(store.find(key(1))).hasValueSatisfying((found) -> assertThat(found).isEqualTo(ANSWER));
        assertThat(store.find(key(2))).hasValueSatisfying((found) -> assertThat(found).isEqualTo(OTHER));
        assertThat(store.find(key(3))).isEmpty();
    }

    @Test
    void keepWhenThereIsOneThenReplaced() throws Exception {
        ResponseStore store = createStore(Duration.ofMinutes(10));
        store.keep(key(1), OTHER);
        store.keep(key(1), ANSWER);
        assertThat(store.find(key(1))).hasValueSatisfying((found) -> assertThat(found).isEqualTo(ANSWER));
    }

    @Test
    void forgetWhenKeptThenGoneAndOthersStay() throws Exception {
        ResponseStore store = createStore(Duration.ofMinutes(10));
        store.keep(key(1), ANSWER);
        store.keep(key(2), ANSWER);
        store.forget(key(1));
        store.forget(key(3));
        store.forgetExpired();
        assertThat(store.find(key(1))).isEmpty();
        assertThat(store.find(key(2))).isPresent();
    }

    @Test
    void findWhenItsTimeIsOverThenGone() throws Exception {
        ResponseStore store = createStore(Duration.ofMillis(20));
        store.keep(key(1), ANSWER);
        Eventually.await("the time is over", () -> store.find(key(1)).isEmpty());
        store.forgetExpired();
    }

    protected static PaymentKey key(int number) {
        return TestClaims.key(number);
    }

}

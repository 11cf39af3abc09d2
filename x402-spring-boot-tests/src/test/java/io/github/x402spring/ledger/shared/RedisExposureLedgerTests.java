package io.github.x402spring.ledger.shared;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.HashOperations;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLedgerContractTests;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedisExposureLedgerTests extends ExposureLedgerContractTests {

    private static final TaskKey TASK = TaskKey.ofCaller("ann", "trip");

    private final RedisTestServer server = new RedisTestServer();

    @AfterEach
    void disconnect() {
        this.server.close();
    }

    @Override
    protected void clear() {
        this.server.clear();
    }

    @Override
    protected ExposureLedger instance(Duration lease) {
        return new RedisExposureLedger(this.server.connect(), "shop:", lease);
    }

    @Override
    protected void age(Duration time) {
        StringRedisTemplate redis = this.server.connect();
        for (String key : redis.keys("shop:{exposure}:*")) {
            HashOperations<String, String, String> hash = redis.opsForHash();
            Map<String, String> aged = new HashMap<>();
            hash.entries(key).forEach((field, value) -> {
                if (field.startsWith("l")) {
                    String[] lease = value.split(":");
                    aged.put(field, earlier(lease[0], time.toMillis()) + ':' + earlier(lease[1], time.toMinutes()) + ':'
                            + lease[2]);
                }
                else {
                    aged.put(field.charAt(0) + earlier(field.substring(1), time.toMinutes()), value);
                }
            });
            redis.delete(key);
            hash.putAll(key, aged);
        }
    }

    private static String earlier(String number, long less) {
        return Long.toString(Long.parseLong(number) - less);
    }

    @Test
    void reserveWhenDoneThenTheKeyExpiresAfterTheWindow() throws Exception {
        reserve(instance(LEASE), of(ONCE, "a", BigInteger.ZERO));
        StringRedisTemplate redis = this.server.connect();
        String key = redis.keys("shop:{exposure}:*").iterator().next();
        assertThat(redis.getExpire(key, TimeUnit.SECONDS)).isBetween(Duration.ofMinutes(61).toSeconds(),
                Duration.ofMinutes(64).toSeconds());
    }

    @Test
    void ledgerWhenRedisIsDownThenCannotSay() {
        ExposureLedger ledger = new RedisExposureLedger(this.server.connectToNothing(), "shop:", LEASE);
        TaskRegistry tasks = new RedisTaskRegistry(this.server.connectToNothing(), "shop:", Duration.ofDays(1));
        ExposureResult.Reserved reservation = new ExposureResult.Reserved("token",
                List.of(of(ONCE, "a", BigInteger.ZERO)), Instant.EPOCH, false);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.reserve(reservation.exposures()));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.commit(reservation));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.giveBack(reservation));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> tasks.ended(TASK));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> tasks.end(TASK));
    }

    @Test
    void endedWhenEndedByOneInstanceThenForAllUntilForgotten() throws Exception {
        TaskRegistry tasks = new RedisTaskRegistry(this.server.connect(), "shop:", Duration.ofDays(1));
        TaskRegistry other = new RedisTaskRegistry(this.server.connect(), "shop:", Duration.ofDays(1));
        assertThat(endedThenAnotherInstance(tasks, other, TASK)).contains(true);
        assertThat(tasks.ended(TaskKey.ofCaller("bob", "trip"))).isFalse();
        StringRedisTemplate redis = this.server.connect();
        assertThat(redis.getExpire(redis.keys("shop:task:*").iterator().next(), TimeUnit.HOURS)).isBetween(23L, 24L);
    }

}

package io.github.x402spring.ledger.shared;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.ResponseStoreContractTests;

import static org.assertj.core.api.Assertions.assertThat;

class RedisResponseStoreTests extends ResponseStoreContractTests {

    private final RedisTestServer server = new RedisTestServer();

    @AfterEach
    void disconnect() {
        this.server.close();
    }

    @Override
    protected ResponseStore createStore(Duration timeToLive) {
        this.server.clear();
        return new RedisResponseStore(this.server.connect(), "shop:", timeToLive);
    }

    @Test
    void keepWhenKeptThenRedisForgetsByItself() throws Exception {
        createStore(Duration.ofMinutes(10)).keep(key(1), new byte[1]);
        StringRedisTemplate redis = this.server.connect();
        assertThat(redis.getExpire(redis.keys("shop:answer:*").iterator().next())).isBetween(1L, 600L);
    }

}

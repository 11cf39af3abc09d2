package io.github.x402spring.ledger.shared;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.embedded.RedisServer;

import io.github.x402spring.TestServers;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentHistoryContractTests;

import static org.assertj.core.api.Assertions.assertThat;

class RedisPaymentHistoryTests extends PaymentHistoryContractTests {

    private static RedisServer server;

    private static LettuceConnectionFactory connections;

    @BeforeAll
    static void start() throws IOException {
        server = TestServers.startRedis();
        connections = new LettuceConnectionFactory("127.0.0.1", server.ports().get(0));
        connections.start();
    }

    @AfterAll
    static void stop() throws IOException {
        connections.destroy();
        server.stop();
    }

    @Override
    protected RedisPaymentLedger createLedger() {
        StringRedisTemplate redis = new StringRedisTemplate(connections);
        redis.execute((RedisCallback<Object>) (connection) -> {
            connection.serverCommands().flushAll();
            return null;
        });
        return new RedisPaymentLedger(redis, "shop:", Duration.ofHours(24));
    }

    @Override
    protected PaymentHistory history() {
        return new RedisPaymentHistory(new StringRedisTemplate(connections), "shop:");
    }

    @Test
    void paymentsWhenSettledThenNoLongerListed() throws Exception {
        PaymentLedger ledger = createLedger();
        settle(ledger, claim(1, "report", "ann"));
        assertThat(found(PaymentFilter.ANY)).isEmpty();
        assertThat(history().coverage()).isEqualTo(PaymentHistory.Coverage.OPEN);
        assertThat(history().events(key(1))).isEmpty();
        assertThat(history().totals(Instant.EPOCH, Instant.MAX)).isEmpty();
    }

}

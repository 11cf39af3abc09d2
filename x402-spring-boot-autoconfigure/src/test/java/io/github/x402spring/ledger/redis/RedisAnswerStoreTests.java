package io.github.x402spring.ledger.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.embedded.RedisServer;

import io.github.x402spring.ledger.AnswerStore;
import io.github.x402spring.ledger.AnswerStoreContractTests;

import static org.assertj.core.api.Assertions.assertThat;

class RedisAnswerStoreTests extends AnswerStoreContractTests {

    private static RedisServer server;

    private static LettuceConnectionFactory connection;

    private static StringRedisTemplate redis;

    @BeforeAll
    static void start() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        server = new RedisServer(port);
        server.start();
        connection = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port));
        connection.start();
        redis = new StringRedisTemplate(connection);
    }

    @AfterAll
    static void stop() throws IOException {
        connection.destroy();
        server.stop();
    }

    @Override
    protected AnswerStore createStore(Duration timeToLive) {
        redis.execute((RedisCallback<Object>) (connection) -> {
            connection.serverCommands().flushAll();
            return null;
        });
        return new RedisAnswerStore(redis, "shop:", timeToLive);
    }

    @Test
    void keepWhenKeptThenRedisForgetsByItself() throws Exception {
        createStore(Duration.ofMinutes(10)).keep(key(1), new byte[1]);
        assertThat(redis.getExpire(redis.keys("shop:answer:*").iterator().next())).isBetween(1L, 600L);
    }

}

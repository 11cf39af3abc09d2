package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.embedded.RedisServer;

import io.github.x402spring.TestServers;

/**
 * Runs one real Redis for all tests that need one, and connects a test to it.
 */
final class RedisTestServer implements AutoCloseable {

    private static RedisServer server;

    private final List<LettuceConnectionFactory> connections = new ArrayList<>();

    private static synchronized int port() {
        if (server == null) {
            server = TestServers.startRedis();
        }
        return server.ports().get(0);
    }

    /** Opens a connection of its own, as another instance would. */
    StringRedisTemplate connect() {
        return connect(port());
    }

    /** Opens a connection to where there is no Redis. */
    StringRedisTemplate connectToNothing() {
        return connect(1);
    }

    private StringRedisTemplate connect(int port) {
        LettuceConnectionFactory connection = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", port),
                LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(10)).build());
        connection.start();
        this.connections.add(connection);
        return new StringRedisTemplate(connection);
    }

    void clear() {
        connect().execute((RedisCallback<Object>) (connection) -> {
            connection.serverCommands().flushAll();
            return null;
        });
    }

    /** Closes what was opened; the server stays for the next test. */
    @Override
    public void close() {
        this.connections.forEach(LettuceConnectionFactory::destroy);
    }

}

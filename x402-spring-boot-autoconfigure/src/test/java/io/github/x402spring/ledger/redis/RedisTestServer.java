package io.github.x402spring.ledger.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.embedded.RedisServer;

/**
 * Runs one real Redis for all tests that need one, and connects a test to it.
 */
final class RedisTestServer implements AutoCloseable {

    private static RedisServer server;

    private final List<LettuceConnectionFactory> connections = new ArrayList<>();

    private static synchronized int port() {
        if (server == null) {
            try {
                RedisServer started = new RedisServer(freePort());
                started.start();
                server = started;
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
        return server.ports().get(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
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

package io.github.x402spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import redis.embedded.RedisServer;

/**
 * Databases of tests, on ports that nothing else takes.
 */
public final class TestServers {

    private static final Duration STARTUP = Duration.ofMinutes(2);

    private TestServers() {
    }

    public static EmbeddedPostgres.Builder postgreSql() {
        return EmbeddedPostgres.builder().setPort(FreePorts.next()).setPGStartupWait(STARTUP);
    }

    public static RedisServer startRedis() {
        try {
            RedisServer server = new RedisServer(FreePorts.next());
            server.start();
            return server;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}

package io.github.x402spring.benchmarks.load;

import java.io.IOException;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import redis.embedded.RedisServer;

/**
 * Process that runs a durable PostgreSQL and a Redis until it is stopped.
 */
public final class LedgerServers {

    private LedgerServers() {
    }

    /**
     * Starts the servers, and prints a line when they are ready.
     * @param args the port of PostgreSQL and the port of Redis
     * @throws IOException if one of them does not start
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        EmbeddedPostgres database = EmbeddedPostgres.builder()
            .setPort(Integer.parseInt(args[0]))
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .start();
        RedisServer redis = new RedisServer(Integer.parseInt(args[1]));
        redis.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(database, redis)));
        System.out.println("started");
        Thread.currentThread().join();
    }

    private static void stop(EmbeddedPostgres database, RedisServer redis) {
        try {
            database.close();
            redis.stop();
        }
        catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
    }

}

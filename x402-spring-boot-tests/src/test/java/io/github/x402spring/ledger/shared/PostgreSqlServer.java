package io.github.x402spring.ledger.shared;

import java.io.IOException;
import java.io.UncheckedIOException;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import io.github.x402spring.TestServers;

/**
 * Runs one real PostgreSQL for all tests that need one.
 */
final class PostgreSqlServer {

    private static EmbeddedPostgres server;

    private PostgreSqlServer() {
    }

    static synchronized HikariDataSource pool() {
        if (server == null) {
            try {
                server = TestServers.postgreSql().start();
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
        return pool;
    }

}

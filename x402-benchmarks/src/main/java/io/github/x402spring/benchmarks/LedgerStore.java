package io.github.x402spring.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import redis.embedded.RedisServer;

import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.ledger.shared.JdbcLedgers;
import io.github.x402spring.ledger.shared.RedisLedgers;

/**
 * Ledger with its server, which is started and stopped with it. If the name is the address of a database, that one is used.
 */
final class LedgerStore implements AutoCloseable {

    private static final int POOL = 10;

    private static final int MAX_ENTRIES = 20_000_000;

    private final Deque<Closing> closings = new ArrayDeque<>();

    private PaymentLedger ledger;

    LedgerStore(String name) throws IOException {
        this.ledger = switch (name) {
            case "memory" -> inMemory();
            case "h2" -> database("jdbc:h2:mem:ledger;DB_CLOSE_DELAY=-1");
            case "postgresql" -> database(server(EmbeddedPostgres.builder()));
            case "postgresql-durable" -> database(server(durable()));
            case "redis" -> redis();
            default -> database(name);
        };
    }

    /** Waits for the disk at each commit, as PostgreSQL does by default. */
    static EmbeddedPostgres.Builder durable() {
        return EmbeddedPostgres.builder().setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on");
    }

    /** Deletes what would grow without bound in this process. */
    void clear() {
        if (!this.ledger.shared()) {
            this.ledger = inMemory();
        }
    }

    PaymentLedger ledger() {
        return this.ledger;
    }

    private static PaymentLedger inMemory() {
        return new InMemoryLedgers(Clock.systemUTC(), MAX_ENTRIES).payments();
    }

    private String server(EmbeddedPostgres.Builder builder) throws IOException {
        EmbeddedPostgres server = builder.start();
        this.closings.push(server::close);
        return server.getJdbcUrl("postgres", "postgres");
    }

    private PaymentLedger database(String url) {
        HikariDataSource pool = new HikariDataSource();
        this.closings.push(pool::close);
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(POOL);
        new ResourceDatabasePopulator(new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
            .execute(pool);
        JdbcLedgers ledgers = JdbcLedgers.builder(pool).queryTimeout(Duration.ofSeconds(30)).build();
        this.closings.push(ledgers::close);
        return ledgers.payments();
    }

    private PaymentLedger redis() throws IOException {
        RedisServer server = new RedisServer(freePort());
        server.start();
        this.closings.push(server::stop);
        LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", server.ports().get(0));
        connections.start();
        this.closings.push(connections::destroy);
        RedisLedgers ledgers = new RedisLedgers(new StringRedisTemplate(connections), "x402:", Duration.ofHours(24));
        this.closings.push(ledgers::close);
        return ledgers.payments();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        while (!this.closings.isEmpty()) {
            this.closings.pop().close();
        }
    }

    /**
     * Action at the end.
     */
    @FunctionalInterface
    private interface Closing {

        void close() throws IOException;

    }

}

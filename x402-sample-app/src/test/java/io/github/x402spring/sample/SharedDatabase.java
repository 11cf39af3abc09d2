package io.github.x402spring.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.x402spring.TestServers;
import io.github.x402spring.ledger.shared.JdbcLedgers;

/**
 * Database in which several shops have their ledger.
 */
final class SharedDatabase implements AutoCloseable {

    /**
     * Time-outs so long that a slow machine meets them, and that no shop takes up by
     * itself what another left.
     */
    static final List<String> PATIENT = List.of("x402.facilitator.connect-timeout=2m",
            "x402.facilitator.verify-timeout=2m", "x402.facilitator.settle-timeout=2m",
            "x402.ledger.jdbc.query-timeout=2m", "x402.ledger.recover-after=1h",
            "spring.datasource.hikari.connection-timeout=120000");

    private static final Duration QUERY_TIMEOUT = Duration.ofMinutes(2);

    private final EmbeddedPostgres database;

    private SharedDatabase(EmbeddedPostgres database) {
        this.database = database;
    }

    static SharedDatabase start() throws IOException {
        return new SharedDatabase(TestServers.postgreSql().start());
    }

    List<String> properties() {
        return List.of("x402.ledger.type=jdbc", "x402.ledger.jdbc.initialize-schema=always",
                "spring.datasource.url=" + this.database.getJdbcUrl("postgres", "postgres"));
    }

    /**
     * Takes up what a dead shop left of a payment, as every other shop does in the end.
     */
    void takeUp(String nonce) {
        try (JdbcLedgers ledgers = JdbcLedgers.builder(this.database.getPostgresDatabase())
            .queryTimeout(QUERY_TIMEOUT)
            .build()) {
            ledgers.payments().recover(Duration.ZERO);
        }
        new JdbcTemplate(this.database.getPostgresDatabase()).update(
                "UPDATE x402_payment SET delivery_until = created_at WHERE state = 'SETTLED' AND nonce = ?",
                nonce.toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() throws IOException {
        this.database.close();
    }

}

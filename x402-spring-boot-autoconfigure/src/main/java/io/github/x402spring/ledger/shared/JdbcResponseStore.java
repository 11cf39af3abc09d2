package io.github.x402spring.ledger.shared;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.ResponseStore;

/**
 * Store of responses in a table beside the ledger's. Uses the clock of the database.
 * Thread-safe.
 */
final class JdbcResponseStore implements ResponseStore {

    private final JdbcTemplate jdbc;

    private final String table;

    private final Duration timeToLive;

    JdbcResponseStore(DataSource dataSource, String tablePrefix, Duration queryTimeout, Duration timeToLive) {
        this.jdbc = new LedgerDataSource(dataSource).template(queryTimeout);
        // Its name since version 1 of the tables.
        this.table = tablePrefix + "answer";
        this.timeToLive = timeToLive;
    }

    @Override
    public void keep(PaymentKey key, byte[] sealed) {
        Database.ask(() -> {
            try {
                return this.jdbc.update(
                        "INSERT INTO " + this.table + " (sealed, " + LedgerTables.KEY + ") VALUES (?, ?, ?, ?, ?)",
                        LedgerTables.values(List.of(sealed), key));
            }
            catch (DuplicateKeyException ex) {
                return this.jdbc.update(
                        "UPDATE " + this.table + " SET sealed = ?, kept_at = CURRENT_TIMESTAMP" + LedgerTables.OF_KEY,
                        LedgerTables.values(List.of(sealed), key));
            }
        });
    }

    @Override
    public Optional<byte[]> find(PaymentKey key) {
        return Database.ask(
                () -> this.jdbc
                    .query("SELECT sealed FROM " + this.table + LedgerTables.OF_KEY + " AND kept_at > ?",
                            (row, number) -> row.getBytes(1), LedgerTables.values(key, oldest()))
                    .stream()
                    .findFirst());
    }

    @Override
    public void forget(PaymentKey key) {
        Database
            .ask(() -> this.jdbc.update("DELETE FROM " + this.table + LedgerTables.OF_KEY, LedgerTables.values(key)));
    }

    @Override
    public void forgetExpired() {
        Database.ask(() -> this.jdbc.update("DELETE FROM " + this.table + " WHERE kept_at <= ?", oldest()));
    }

    private Timestamp oldest() {
        return Timestamp.from(Database.now(this.jdbc).minus(this.timeToLive));
    }

}

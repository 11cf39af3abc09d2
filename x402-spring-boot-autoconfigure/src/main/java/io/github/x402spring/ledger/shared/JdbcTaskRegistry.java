package io.github.x402spring.ledger.shared;

import java.sql.Timestamp;
import java.time.Duration;

import javax.sql.DataSource;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * Registry of ended tasks in a relational database. Thread-safe.
 */
final class JdbcTaskRegistry implements TaskRegistry {

    private final JdbcTemplate jdbc;

    private final String tasks;

    JdbcTaskRegistry(DataSource dataSource, String tablePrefix, Duration queryTimeout) {
        this.jdbc = new LedgerDataSource(dataSource).template(queryTimeout);
        this.tasks = tablePrefix + "ended_task";
    }

    @Override
    public void end(TaskKey task) {
        Database.ask(() -> {
            try {
                return this.jdbc.update("INSERT INTO " + this.tasks + " (task) VALUES (?)", task.value());
            }
            catch (DuplicateKeyException ex) {
                return 0;
            }
        });
    }

    @Override
    public boolean ended(TaskKey task) {
        return Database.ask(() -> !this.jdbc
            .query("SELECT 1 FROM " + this.tasks + " WHERE task = ?", (row, number) -> true, task.value())
            .isEmpty());
    }

    /**
     * Deletes tasks that were ended long ago.
     * @param retention how long ago
     */
    void deleteOld(Duration retention) {
        Database.ask(() -> this.jdbc.update("DELETE FROM " + this.tasks + " WHERE ended_at < ?",
                Timestamp.from(Database.now(this.jdbc).minus(retention))));
    }

}

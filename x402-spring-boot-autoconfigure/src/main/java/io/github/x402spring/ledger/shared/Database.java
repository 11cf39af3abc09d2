package io.github.x402spring.ledger.shared;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.TransactionException;

import io.github.x402spring.ledger.LedgerException;

/**
 * Access to a database, which translates failures to a {@link LedgerException}.
 */
final class Database {

    private Database() {
    }

    static <T> T ask(Supplier<@Nullable T> query) {
        T reply;
        try {
            reply = query.get();
        }
        catch (DataAccessException | TransactionException ex) {
            throw new LedgerException("The database gave no reply", ex);
        }
        if (reply == null) {
            throw new LedgerException("The database gave no reply", null);
        }
        return reply;
    }

    static void run(Runnable statements) {
        ask(() -> {
            statements.run();
            return true;
        });
    }

    /** Returns the time of the database, which all instances use. */
    static Instant now(JdbcOperations jdbc) {
        Timestamp now = jdbc.queryForObject("SELECT CURRENT_TIMESTAMP", Timestamp.class);
        if (now == null) {
            throw new EmptyResultDataAccessException(1);
        }
        return now.toInstant();
    }

}

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
 * Asks a database, and says in the ledger's words that it gave no answer.
 */
final class Database {

    private Database() {
    }

    static <T> T ask(Supplier<@Nullable T> question) {
        T answer;
        try {
            answer = question.get();
        }
        catch (DataAccessException | TransactionException ex) {
            throw new LedgerException("The database gave no answer", ex);
        }
        if (answer == null) {
            throw new LedgerException("The database gave no answer", null);
        }
        return answer;
    }

    static void run(Runnable statements) {
        ask(() -> {
            statements.run();
            return true;
        });
    }

    /** Reads the only clock that counts. */
    static Instant now(JdbcOperations jdbc) {
        Timestamp now = jdbc.queryForObject("SELECT CURRENT_TIMESTAMP", Timestamp.class);
        if (now == null) {
            throw new EmptyResultDataAccessException(1);
        }
        return now.toInstant();
    }

}

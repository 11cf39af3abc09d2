package io.github.x402spring.ledger.jdbc;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;

/**
 * Does each step in one statement, which is a transaction of its own: from reserved to
 * settled takes three.
 */
final class PostgreSqlLedgerStatements extends LedgerStatements {

    private static final String KEY = "network, asset, payer, nonce";

    private static final RowMapper<Boolean> FLAG = (row, number) -> row.getBoolean(1);

    private final JdbcOperations jdbc;

    private final String claim;

    private final String move;

    private final String settle;

    private final String forget;

    PostgreSqlLedgerStatements(JdbcOperations jdbc, String prefix) {
        super(jdbc, TransactionOperations.withoutTransaction(), prefix);
        this.jdbc = jdbc;
        String payments = prefix + "payment";
        String events = prefix + "payment_event";
        this.claim = "WITH claimed AS (INSERT INTO " + payments + " AS present" + NEW + " ON CONFLICT (" + KEY
                + ") DO UPDATE SET state = 'RESERVED', token = EXCLUDED.token, resumed = TRUE, "
                + "updated_at = CURRENT_TIMESTAMP WHERE present.state = 'UNKNOWN' "
                + "AND present.fingerprint = EXCLUDED.fingerprint RETURNING " + KEY + ", resumed), noted AS ("
                + "INSERT INTO " + events + " (" + KEY + ", type) SELECT " + KEY
                + ", CASE WHEN resumed THEN 'RESUMED' ELSE 'RESERVED' END FROM claimed) SELECT resumed FROM claimed";
        this.move = move(payments, events, MOVE + OPEN);
        this.settle = move(payments, events, SETTLE + UNSETTLED);
        this.forget = "WITH forgotten AS (DELETE FROM " + payments + OPEN + " AND resumed = FALSE RETURNING " + KEY
                + ") DELETE FROM " + events + " WHERE (" + KEY + ") IN (SELECT " + KEY + " FROM forgotten)";
    }

    private static String move(String payments, String events, String change) {
        return "WITH moved AS (UPDATE " + payments + change + " RETURNING " + KEY + ", state), noted AS (INSERT INTO "
                + events + " (" + KEY + ", type, transaction_hash) SELECT " + KEY
                + ", state, ? FROM moved) SELECT TRUE FROM moved";
    }

    @Override
    Claimed claim(LedgerRow row) {
        List<Boolean> resumed;
        try {
            resumed = this.jdbc.query(this.claim, FLAG, row.values());
        }
        catch (DuplicateKeyException ex) {
            // Another payment was made for the same purchase.
            return Claimed.NOT;
        }
        if (resumed.isEmpty()) {
            return Claimed.NOT;
        }
        return resumed.get(0) ? Claimed.RESUMED : Claimed.FRESH;
    }

    @Override
    boolean move(PaymentKey key, String token, PaymentState state, @Nullable String transaction) {
        return !this.jdbc
            .query((state == PaymentState.SETTLED) ? this.settle : this.move, FLAG, state.name(), transaction,
                    key.network().toString(), key.asset(), key.payer(), key.nonce(), token, transaction)
            .isEmpty();
    }

    @Override
    void forget(PaymentKey key, String token) {
        this.jdbc.update(this.forget, key.network().toString(), key.asset(), key.payer(), key.nonce(), token);
    }

}

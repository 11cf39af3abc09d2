package io.github.x402spring.ledger.shared;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;

/**
 * Statements for PostgreSQL, each of which is a transaction of its own: a payment takes
 * three from reserved to settled.
 */
final class PostgreSqlLedgerStatements extends LedgerStatements {

    private static final RowMapper<Claimed> CLAIMED = (row, number) -> Claimed.valueOf(row.getString(1));

    private static final RowMapper<Boolean> FLAG = (row, number) -> row.getBoolean(1);

    private final String claim;

    private final String move;

    private final String settle;

    private final String forget;

    PostgreSqlLedgerStatements(JdbcOperations jdbc, String prefix) {
        super(jdbc, TransactionOperations.withoutTransaction(), prefix);
        String payments = this.payments;
        String events = this.events;
        this.claim = "WITH payer AS (" + unknownOfPayer(payments) + "), claimed AS (INSERT INTO " + payments
                + " AS present (" + COLUMNS + ") SELECT " + PARAMETERS + " FROM payer WHERE unknowns < "
                + PaymentLedger.MAX_UNKNOWN_PER_PAYER + " OR EXISTS (SELECT 1 FROM " + payments + OF_KEY
                + ") ON CONFLICT (" + KEY
                + ") DO UPDATE SET state = 'RESERVED', token = EXCLUDED.token, resumed = TRUE, "
                + "updated_at = CURRENT_TIMESTAMP WHERE present.state = 'UNKNOWN' "
                + "AND present.fingerprint = EXCLUDED.fingerprint RETURNING " + KEY + ", resumed), noted AS ("
                + "INSERT INTO " + events + " (" + KEY + ", type) SELECT " + KEY
                + ", CASE WHEN resumed THEN 'RESUMED' ELSE 'RESERVED' END FROM claimed) "
                + "SELECT CASE WHEN resumed THEN 'RESUMED' WHEN NOT resumed THEN 'FRESH' WHEN unknowns < "
                + PaymentLedger.MAX_UNKNOWN_PER_PAYER
                + " THEN 'NOT' ELSE 'TOO_MANY_UNKNOWN' END FROM payer LEFT JOIN claimed ON TRUE";
        this.move = noted(payments, events, MOVE + OPEN);
        this.settle = noted(payments, events, SETTLE + SETTLEABLE);
        this.forget = "WITH forgotten AS (DELETE FROM " + payments + OPEN + " AND resumed = FALSE RETURNING " + KEY
                + ") DELETE FROM " + events + " WHERE (" + KEY + ") IN (SELECT " + KEY + " FROM forgotten)";
    }

    private static String noted(String payments, String events, String change) {
        return "WITH moved AS (UPDATE " + payments + " SET " + change + " RETURNING " + KEY
                + ", state), noted AS (INSERT INTO " + events + " (" + KEY + ", type, transaction_hash) SELECT " + KEY
                + ", state, ? FROM moved) SELECT TRUE FROM moved";
    }

    @Override
    Claimed claim(LedgerRow row) {
        List<@Nullable Object> before = new ArrayList<>();
        before.add(row.key().payer());
        Collections.addAll(before, row.values());
        try {
            return this.jdbc.query(this.claim, CLAIMED, values(before, row.key())).get(0);
        }
        catch (DuplicateKeyException ex) {
            // Another payment was made for the same purchase.
            return Claimed.NOT;
        }
    }

    @Override
    boolean move(PaymentKey key, String token, PaymentState state, @Nullable String transaction) {
        return made(this.move, values(Arrays.asList(state.name(), transaction), key, token, transaction));
    }

    @Override
    boolean settle(PaymentKey key, String token, String transaction, @Nullable String responseDigest) {
        return made(this.settle, values(Arrays.asList(transaction, responseDigest), key, token, transaction));
    }

    private boolean made(String change, @Nullable Object[] values) {
        return !this.jdbc.query(change, FLAG, values).isEmpty();
    }

    @Override
    void forget(PaymentKey key, String token) {
        this.jdbc.update(this.forget, values(key, token));
    }

}

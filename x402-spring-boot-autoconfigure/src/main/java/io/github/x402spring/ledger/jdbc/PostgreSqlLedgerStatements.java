package io.github.x402spring.ledger.jdbc;

import java.util.ArrayList;
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
 * Does each step in one statement, which is a transaction of its own: from reserved to
 * settled takes three.
 */
final class PostgreSqlLedgerStatements extends LedgerStatements {

    private static final String KEY = "network, asset, payer, nonce";

    private static final RowMapper<Claimed> CLAIMED = (row, number) -> Claimed.valueOf(row.getString(1));

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
        return "WITH moved AS (UPDATE " + payments + change + " RETURNING " + KEY + ", state), noted AS (INSERT INTO "
                + events + " (" + KEY + ", type, transaction_hash) SELECT " + KEY
                + ", state, ? FROM moved) SELECT TRUE FROM moved";
    }

    @Override
    Claimed claim(LedgerRow row) {
        PaymentKey key = row.key();
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(key.payer());
        Collections.addAll(arguments, row.values());
        Collections.addAll(arguments, key.network().toString(), key.asset(), key.payer(), key.nonce());
        try {
            return this.jdbc.query(this.claim, CLAIMED, arguments.toArray()).get(0);
        }
        catch (DuplicateKeyException ex) {
            // Another payment was made for the same purchase.
            return Claimed.NOT;
        }
    }

    @Override
    boolean move(PaymentKey key, String token, PaymentState state, @Nullable String transaction) {
        return !this.jdbc
            .query(this.move, FLAG, state.name(), transaction, key.network().toString(), key.asset(), key.payer(),
                    key.nonce(), token, transaction)
            .isEmpty();
    }

    @Override
    boolean settle(PaymentKey key, String token, String transaction, @Nullable String responseDigest) {
        return !this.jdbc
            .query(this.settle, FLAG, transaction, responseDigest, key.network().toString(), key.asset(), key.payer(),
                    key.nonce(), token, transaction)
            .isEmpty();
    }

    @Override
    void forget(PaymentKey key, String token) {
        this.jdbc.update(this.forget, key.network().toString(), key.asset(), key.payer(), key.nonce(), token);
    }

}

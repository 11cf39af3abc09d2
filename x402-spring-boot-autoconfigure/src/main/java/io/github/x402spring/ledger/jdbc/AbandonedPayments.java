package io.github.x402spring.ledger.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentState;

/**
 * Takes up payments that nobody works on any more. Each is changed only if it is still as
 * it was found, so that several instances may look at the same time, and whoever did work
 * on it finds its reservation void.
 */
final class AbandonedPayments {

    private static final int MAX_ROWS = 1000;

    private static final String AS_FOUND = LedgerStatements.OF_KEY + " AND token = ? AND state = ?";

    private final JdbcOperations jdbc;

    private final TransactionOperations transactions;

    private final String payments;

    private final String events;

    AbandonedPayments(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.payments = prefix + "payment";
        this.events = prefix + "payment_event";
    }

    /**
     * Frees what was not sent to be settled; what was, or had been, is unknown.
     * @param after how long a payment has to be untouched
     * @return how many payments were taken up
     */
    int takeUp(Duration after) {
        Instant untouchedSince = Database.now(this.jdbc).minus(after);
        List<Row> rows = this.jdbc.query(
                "SELECT network, asset, payer, nonce, token, state, resumed FROM " + this.payments
                        + " WHERE state IN ('RESERVED', 'SETTLING') AND updated_at < ? LIMIT " + MAX_ROWS,
                Row::of, Timestamp.from(untouchedSince));
        int taken = 0;
        for (Row row : rows) {
            taken += Boolean.TRUE.equals(this.transactions.execute((status) -> takeUp(row))) ? 1 : 0;
        }
        return taken;
    }

    private boolean takeUp(Row row) {
        if (row.state().equals(PaymentState.RESERVED.name()) && !row.resumed()) {
            boolean freed = this.jdbc.update("DELETE FROM " + this.payments + AS_FOUND + " AND resumed = FALSE",
                    row.asFound()) == 1;
            if (freed) {
                this.jdbc.update("DELETE FROM " + this.events + LedgerStatements.OF_KEY, row.key());
            }
            return freed;
        }
        boolean unknown = this.jdbc.update(
                "UPDATE " + this.payments + " SET state = 'UNKNOWN', updated_at = CURRENT_TIMESTAMP" + AS_FOUND,
                row.asFound()) == 1;
        if (unknown) {
            this.jdbc.update("INSERT INTO " + this.events
                    + " (network, asset, payer, nonce, type) VALUES (?, ?, ?, ?, 'ABANDONED')", row.key());
        }
        return unknown;
    }

    /**
     * Is a payment as it was found.
     */
    private record Row(String network, String asset, String payer, String nonce, String token, String state,
            boolean resumed) {

        static Row of(ResultSet row, int number) throws SQLException {
            return new Row(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5),
                    row.getString(6), row.getBoolean(7));
        }

        Object[] key() {
            return new Object[] { this.network, this.asset, this.payer, this.nonce };
        }

        Object[] asFound() {
            return new Object[] { this.network, this.asset, this.payer, this.nonce, this.token, this.state };
        }

    }

}

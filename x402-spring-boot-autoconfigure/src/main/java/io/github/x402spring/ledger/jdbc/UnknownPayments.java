package io.github.x402spring.ledger.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.UnknownSettlements;
import io.github.x402spring.protocol.Network;

/**
 * Hands out payments whose settlement is unknown and ends them. To have touched a row
 * last is the lease on it; the token stays as it is, so that whoever was answered late
 * can still record it.
 */
final class UnknownPayments {

    private static final String AS_LEASED = LedgerStatements.OF_KEY + " AND token = ? AND state = 'UNKNOWN'";

    private final JdbcOperations jdbc;

    private final TransactionOperations transactions;

    private final String payments;

    private final String events;

    UnknownPayments(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.payments = prefix + "payment";
        this.events = prefix + "payment_event";
    }

    List<UnknownPayment> lease(Duration lease, int max) {
        Timestamp now = this.jdbc.queryForObject("SELECT CURRENT_TIMESTAMP", Timestamp.class);
        if (now == null) {
            return List.of();
        }
        Timestamp due = Timestamp.from(now.toInstant().minus(lease));
        List<UnknownPayment> found = this.jdbc.query(
                "SELECT network, asset, payer, nonce, token, scheme, amount, pay_to, valid_before, transaction_hash "
                        + "FROM " + this.payments
                        + " WHERE state = 'UNKNOWN' AND updated_at < ? ORDER BY updated_at LIMIT " + max,
                UnknownPayments::payment, due);
        return found.stream().filter((payment) -> take(payment, due)).toList();
    }

    /** Others may have found it at the same moment. */
    private boolean take(UnknownPayment payment, Timestamp due) {
        PaymentKey key = payment.key();
        return Boolean.TRUE.equals(this.transactions.execute((status) -> this.jdbc.update(
                "UPDATE " + this.payments + " SET updated_at = CURRENT_TIMESTAMP" + AS_LEASED + " AND updated_at < ?",
                key.network().toString(), key.asset(), key.payer(), key.nonce(), payment.token(), due) == 1));
    }

    /**
     * Ends a payment as settled, or forgets it.
     */
    boolean conclude(UnknownPayment payment, @Nullable String transaction) {
        PaymentKey key = payment.key();
        return Boolean.TRUE.equals(this.transactions
            .execute((status) -> (transaction != null) ? settle(payment, key, transaction) : forget(payment, key)));
    }

    private boolean settle(UnknownPayment payment, PaymentKey key, String transaction) {
        boolean settled = this.jdbc.update(
                "UPDATE " + this.payments
                        + " SET state = 'SETTLED', transaction_hash = ?, updated_at = CURRENT_TIMESTAMP" + AS_LEASED,
                transaction, key.network().toString(), key.asset(), key.payer(), key.nonce(), payment.token()) == 1;
        if (settled) {
            this.jdbc.update("INSERT INTO " + this.events
                    + " (network, asset, payer, nonce, type, transaction_hash) VALUES (?, ?, ?, ?, 'SETTLED', ?)",
                    key.network().toString(), key.asset(), key.payer(), key.nonce(), transaction);
        }
        return settled;
    }

    private boolean forget(UnknownPayment payment, PaymentKey key) {
        boolean forgotten = this.jdbc.update("DELETE FROM " + this.payments + AS_LEASED, key.network().toString(),
                key.asset(), key.payer(), key.nonce(), payment.token()) == 1;
        if (forgotten) {
            this.jdbc.update("DELETE FROM " + this.events + LedgerStatements.OF_KEY, key.network().toString(),
                    key.asset(), key.payer(), key.nonce());
        }
        return forgotten;
    }

    Optional<UnknownSettlements> count() {
        return Optional.ofNullable(this.jdbc.queryForObject(
                "SELECT COUNT(*), MIN(created_at) FROM " + this.payments + " WHERE state = 'UNKNOWN'",
                (row, number) -> {
                    Timestamp oldest = row.getTimestamp(2);
                    return new UnknownSettlements(row.getLong(1), (oldest != null) ? oldest.toInstant() : null);
                }));
    }

    private static UnknownPayment payment(ResultSet row, int number) throws SQLException {
        PaymentKey key = new PaymentKey(Network.parse(row.getString(1)), row.getString(2), row.getString(3),
                row.getString(4));
        return new UnknownPayment(key, row.getString(5), row.getString(6), row.getBigDecimal(7).toBigIntegerExact(),
                row.getString(8), Instant.ofEpochSecond(row.getLong(9)), row.getString(10));
    }

}

package io.github.x402spring.ledger.shared;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.PaymentTotal;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.ledger.history.UnknownSettlements;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;

/**
 * History of a {@link JdbcPaymentLedger}. Each query is one statement that an index
 * serves, however many payments there are. Thread-safe.
 */
final class JdbcPaymentHistory implements PaymentHistory {

    private static final int MAX_EVENTS = 500;

    private final JdbcOperations jdbc;

    private final String payments;

    private final String events;

    JdbcPaymentHistory(DataSource dataSource, String tablePrefix, Duration queryTimeout) {
        this(new LedgerDataSource(dataSource).template(queryTimeout), tablePrefix);
    }

    JdbcPaymentHistory(JdbcOperations jdbc, String tablePrefix) {
        this.jdbc = jdbc;
        this.payments = tablePrefix + "payment";
        this.events = tablePrefix + "payment_event";
    }

    @Override
    public PaymentPage payments(PaymentFilter filter, @Nullable PaymentCursor after, int limit) {
        PaymentQuery query = PaymentQuery.of(filter, after);
        String sql = "SELECT " + PaymentQuery.COLUMNS + " FROM " + this.payments + query.where()
                + PaymentQuery.NEWEST_FIRST + " LIMIT " + (PaymentHistory.checkLimit(limit) + 1);
        return PaymentPage.of(Database.ask(() -> this.jdbc.query(sql, JdbcPaymentHistory::payment, query.arguments())),
                limit);
    }

    @Override
    public Optional<RecordedPayment> find(PaymentKey key) {
        String sql = "SELECT " + PaymentQuery.COLUMNS + " FROM " + this.payments + LedgerTables.OF_KEY;
        return Database.ask(() -> this.jdbc.query(sql, JdbcPaymentHistory::payment, LedgerTables.values(key)))
            .stream()
            .findFirst();
    }

    @Override
    public List<PaymentEvent> events(PaymentKey key) {
        String sql = "SELECT type, transaction_hash, occurred_at FROM " + this.events + LedgerTables.OF_KEY
                + " ORDER BY id LIMIT " + MAX_EVENTS;
        return Database.ask(() -> this.jdbc.query(sql,
                (row, number) -> new PaymentEvent(row.getString(1), row.getString(2), row.getTimestamp(3).toInstant()),
                LedgerTables.values(key)));
    }

    @Override
    public List<PaymentTotal> totals(Instant from, Instant to) {
        String sql = "SELECT endpoint, network, asset, state, COUNT(*), SUM(amount) FROM " + this.payments
                + " WHERE created_at >= ? AND created_at < ? GROUP BY endpoint, network, asset, state LIMIT "
                + MAX_TOTALS;
        return Database
            .ask(() -> this.jdbc.query(sql, JdbcPaymentHistory::total, Timestamp.from(from), Timestamp.from(to)));
    }

    /** The index has them by the time at which their authorizations expire. */
    @Override
    public UnknownSettlements unknown() {
        String sql = "SELECT COUNT(*), MIN(created_at) FROM (SELECT created_at FROM " + this.payments
                + " WHERE state = 'UNKNOWN' ORDER BY valid_before LIMIT " + MAX_UNKNOWN + ") oldest";
        return Database.ask(() -> this.jdbc.query(sql, (row, number) -> {
            Timestamp oldest = row.getTimestamp(2);
            return new UnknownSettlements(row.getLong(1), (oldest != null) ? oldest.toInstant() : null);
        }, new Object[0])).get(0);
    }

    @Override
    public Coverage coverage() {
        return Coverage.ALL;
    }

    private static RecordedPayment payment(ResultSet row, int number) throws SQLException {
        Timestamp delivered = row.getTimestamp(14);
        return new RecordedPayment(LedgerTables.key(row), Rail.of(row.getString(16)),
                PaymentState.valueOf(row.getString(5)), row.getString(6), row.getString(7), row.getString(8),
                row.getBigDecimal(9).toBigIntegerExact(), row.getString(10), row.getString(11), row.getString(12),
                Instant.ofEpochSecond(row.getLong(13)), row.getTimestamp(15).toInstant(),
                (delivered != null) ? delivered.toInstant() : null);
    }

    private static PaymentTotal total(ResultSet row, int number) throws SQLException {
        return new PaymentTotal(row.getString(1), Network.parse(row.getString(2)), row.getString(3),
                PaymentState.valueOf(row.getString(4)), row.getLong(5), row.getBigDecimal(6).toBigIntegerExact());
    }

}

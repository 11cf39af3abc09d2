package io.github.x402spring.ledger.shared;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureLimit.Exposed;

/**
 * Statements for the counters of limits, in SQL that all databases understand. Each
 * subject of a limit has one row for locking.
 */
final class ExposureStatements {

    private static final long LOCK_ROW = -1;

    private static final String OF_SUBJECT = " WHERE limit_name = ? AND subject = ?";

    private final JdbcOperations jdbc;

    private final String exposures;

    private final String leases;

    ExposureStatements(JdbcOperations jdbc, String prefix) {
        this.jdbc = jdbc;
        this.exposures = prefix + "exposure";
        this.leases = prefix + "exposure_lease";
    }

    /**
     * Locks the subject's counter until the transaction ends.
     * @return the time, or {@code null} if there is no such row
     */
    @Nullable Timestamp lock(String limit, String subject) {
        return this.jdbc
            .query("SELECT CURRENT_TIMESTAMP(6) FROM " + this.exposures + OF_SUBJECT + " AND slot = ? FOR UPDATE",
                    (row, number) -> row.getTimestamp(1), limit, subject, LOCK_ROW)
            .stream()
            .findFirst()
            .orElse(null);
    }

    /** The first payment that locks the row sets how long it stays. */
    void addSubject(Exposure exposure) {
        insert(exposure, LOCK_ROW, BigInteger.ZERO, 0);
    }

    NavigableMap<Long, Exposed> slots(Exposure exposure, Instant now) {
        NavigableMap<Long, Exposed> slots = new TreeMap<>();
        ExposureLimit limit = exposure.limit();
        this.jdbc.query("SELECT slot, amount, payments FROM " + this.exposures + OF_SUBJECT + " AND slot >= ?",
                (row) -> {
                    slots.put(row.getLong(1), new Exposed(row.getBigDecimal(2).toBigIntegerExact(), row.getLong(3)));
                }, limit.name(), exposure.subject(), limit.slot(now) - ExposureLimit.SLOTS);
        return slots;
    }

    void add(Exposure exposure, Instant now, String token, Instant lapses) {
        ExposureLimit limit = exposure.limit();
        long slot = limit.slot(now);
        long ends = limit.end(slot).toEpochMilli();
        int updated = this.jdbc.update("UPDATE " + this.exposures + " SET amount = amount + ?, payments = payments + 1"
                + OF_SUBJECT + " AND slot = ?", new BigDecimal(exposure.amount()), limit.name(), exposure.subject(),
                slot);
        if (updated == 0) {
            insert(exposure, slot, exposure.amount(), ends);
            this.jdbc.update("UPDATE " + this.exposures + " SET ends_at = ?" + OF_SUBJECT + " AND slot = ?", ends,
                    limit.name(), exposure.subject(), LOCK_ROW);
        }
        lease(exposure, slot, token, lapses.toEpochMilli());
    }

    void lease(Exposure exposure, long slot, String token, long lapses) {
        ExposureLimit limit = exposure.limit();
        this.jdbc.update("INSERT INTO " + this.leases
                + " (token, limit_name, subject, slot, amount, lapses_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)", token,
                limit.name(), exposure.subject(), slot, new BigDecimal(exposure.amount()), lapses,
                limit.end(slot).toEpochMilli());
    }

    /** Gives back in the order in which all instances lock counters. */
    void giveBackHeld(String token) {
        List<Lease> held = leases(" WHERE token = ?", token).stream()
            .sorted(Comparator.comparing(Lease::limit).thenComparing(Lease::subject))
            .toList();
        held.forEach((lease) -> lock(lease.limit(), lease.subject()));
        held.forEach(this::giveBack);
    }

    private void giveBack(Lease lease) {
        if (endLease(lease.limit(), lease.subject(), lease.token())) {
            subtract(lease.limit(), lease.subject(), lease.slot(), lease.amount());
        }
    }

    private List<Lease> leases(String condition, Object... values) {
        return this.jdbc.query("SELECT token, limit_name, subject, slot, amount FROM " + this.leases + condition,
                Lease::of, values);
    }

    private void insert(Exposure exposure, long slot, BigInteger amount, long ends) {
        this.jdbc.update(
                "INSERT INTO " + this.exposures
                        + " (limit_name, subject, slot, amount, payments, ends_at) VALUES (?, ?, ?, ?, ?, ?)",
                exposure.limit().name(), exposure.subject(), slot, new BigDecimal(amount), (slot == LOCK_ROW) ? 0 : 1,
                ends);
    }

    void subtract(String limit, String subject, long slot, BigDecimal amount) {
        this.jdbc.update("UPDATE " + this.exposures + " SET amount = amount - ?, payments = payments - 1" + OF_SUBJECT
                + " AND slot = ?", amount, limit, subject, slot);
    }

    /** Returns whether there was one. */
    boolean endLease(String limit, String subject, String token) {
        return this.jdbc.update("DELETE FROM " + this.leases + OF_SUBJECT + " AND token = ?", limit, subject,
                token) == 1;
    }

    void giveBackLapsed(Exposure exposure, Instant now) {
        leases(OF_SUBJECT + " AND lapses_at < ?", exposure.limit().name(), exposure.subject(), now.toEpochMilli())
            .forEach(this::giveBack);
    }

    void deleteEnded(Instant now) {
        this.jdbc.update("DELETE FROM " + this.leases + " WHERE ends_at < ?", now.toEpochMilli());
        this.jdbc.update("DELETE FROM " + this.exposures + " WHERE ends_at < ?", now.toEpochMilli());
    }

    private record Lease(String token, String limit, String subject, long slot, BigDecimal amount) {

        static Lease of(ResultSet row, int number) throws SQLException {
            return new Lease(row.getString(1), row.getString(2), row.getString(3), row.getLong(4),
                    row.getBigDecimal(5));
        }

    }

}

package io.github.x402spring.ledger.shared;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLedgerContractTests;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What limits in a database promise besides. Extended once for each database.
 */
abstract class JdbcExposureLedgerContractTests extends ExposureLedgerContractTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final TaskKey TASK = TaskKey.ofCaller("ann", "trip");

    private final HikariDataSource pool = open();

    private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

    protected abstract HikariDataSource open();

    protected abstract String platform();

    @Override
    protected void clear() {
        this.pool.setMaximumPoolSize(12);
        new ResourceDatabasePopulator(
                new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-" + platform() + ".sql"))
            .execute(this.pool);
        List.of("x402_exposure", "x402_exposure_lease", "x402_ended_task")
            .forEach((table) -> this.jdbc.update("DELETE FROM " + table));
    }

    @AfterEach
    void close() {
        this.pool.close();
    }

    @Override
    protected JdbcExposureLedger instance(Duration lease) {
        return new JdbcExposureLedger(this.pool, "x402_", TIMEOUT, lease);
    }

    @Override
    protected void age(Duration time) {
        this.jdbc.update("UPDATE x402_exposure SET slot = slot - ? WHERE slot >= 0", time.toMinutes());
        this.jdbc.update("UPDATE x402_exposure SET ends_at = ends_at - ?", time.toMillis());
        this.jdbc.update(
                "UPDATE x402_exposure_lease SET slot = slot - ?, lapses_at = lapses_at - ?, ends_at = ends_at - ?",
                time.toMinutes(), time.toMillis(), time.toMillis());
    }

    private JdbcTaskRegistry tasks(DataSource database) {
        return new JdbcTaskRegistry(database, "x402_", TIMEOUT);
    }

    @Test
    void deleteOldWhenTheWindowIsOverThenLeavesNothingAndElseEverything() throws Exception {
        JdbcExposureLedger ledger = instance(LEASE);
        reserve(ledger, of(ONCE, "a", BigInteger.ZERO));
        ExposureLimit old = new ExposureLimit("old", null, 1L, Duration.ofHours(1));
        reserve(ledger, of(old, "a", BigInteger.ZERO));
        this.jdbc.update("UPDATE x402_exposure SET ends_at = 1 WHERE limit_name = 'old'");
        this.jdbc.update("UPDATE x402_exposure_lease SET ends_at = 1 WHERE limit_name = 'old'");
        ledger.deleteOld();
        assertThat(this.jdbc.queryForList("SELECT DISTINCT limit_name FROM x402_exposure", String.class))
            .containsExactly("once");
        assertThat(this.jdbc.queryForList("SELECT limit_name FROM x402_exposure_lease", String.class))
            .containsExactly("once");
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        reserve(ledger, of(old, "a", BigInteger.ZERO));
    }

    @Test
    void commitWhenDoneThenLeavesNoLease() throws Exception {
        JdbcExposureLedger ledger = instance(LEASE);
        ExposureResult.Reserved reservation = reserve(ledger, of(ONCE, "a", BigInteger.ZERO),
                of(THREE_PRICES, "a", BigInteger.TEN));
        assertThat(this.jdbc.queryForObject("SELECT COUNT(*) FROM x402_exposure_lease", Long.class)).isEqualTo(2);
        ledger.commit(reservation);
        assertThat(this.jdbc.queryForObject("SELECT COUNT(*) FROM x402_exposure_lease", Long.class)).isZero();
    }

    @Test
    void ledgerWhenTheDatabaseIsDownThenCannotSay() {
        DataSource down = new AbstractDataSource() {

            @Override
            public Connection getConnection() throws SQLException {
                throw new SQLException("down");
            }

            @Override
            public Connection getConnection(String username, String password) throws SQLException {
                throw new SQLException("down");
            }

        };
        ExposureLedger ledger = new JdbcExposureLedger(down, "x402_", TIMEOUT, LEASE);
        ExposureResult.Reserved reservation = new ExposureResult.Reserved("token",
                List.of(of(ONCE, "a", BigInteger.ZERO)), Instant.EPOCH, false);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.reserve(reservation.exposures()));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.commit(reservation));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.giveBack(reservation));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> tasks(down).ended(TASK));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> tasks(down).end(TASK));
    }

    @Test
    void endedWhenEndedByOneInstanceThenForAllUntilDeleted() throws Exception {
        JdbcTaskRegistry tasks = tasks(this.pool);
        assertThat(endedThenAnotherInstance(tasks, tasks(this.pool), TASK)).contains(true);
        assertThat(tasks.ended(TaskKey.ofCaller("bob", "trip"))).isFalse();
        tasks.deleteOld(Duration.ofDays(1));
        assertThat(tasks.ended(TASK)).isTrue();
        this.jdbc.update("UPDATE x402_ended_task SET ended_at = ?",
                Timestamp.from(Instant.now().minus(Duration.ofDays(2))));
        tasks.deleteOld(Duration.ofDays(1));
        assertThat(tasks.ended(TASK)).isFalse();
    }

}

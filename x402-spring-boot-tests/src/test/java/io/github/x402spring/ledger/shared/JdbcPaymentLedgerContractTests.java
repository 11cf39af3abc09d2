package io.github.x402spring.ledger.shared;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.test.contract.RecoverableLedgerContract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a ledger in a database promises besides. Extended once for each database.
 */
abstract class JdbcPaymentLedgerContractTests extends RecoverableLedgerContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<HikariDataSource> pools = new ArrayList<>();

    /** Makes a pool to an empty database, or to the same one as before. */
    protected abstract HikariDataSource open();

    /** Names the script with the tables. */
    protected abstract String platform();

    @Override
    protected JdbcPaymentLedger createLedger() {
        return ledger(emptied(pool()));
    }

    @Override
    protected PaymentLedger openAgain() {
        return ledger(pool());
    }

    @Override
    protected void age(Duration time) {
        JdbcTemplate jdbc = new JdbcTemplate(this.pools.get(0));
        List<Map<String, Object>> rows = jdbc.queryForList("SELECT nonce, updated_at FROM x402_payment");
        for (Map<String, Object> row : rows) {
            Instant touched = (row.get("updated_at") instanceof Timestamp timestamp) ? timestamp.toInstant()
                    : ((OffsetDateTime) row.get("updated_at")).toInstant();
            jdbc.update("UPDATE x402_payment SET updated_at = ? WHERE nonce = ?", Timestamp.from(touched.minus(time)),
                    row.get("nonce"));
        }
    }

    @AfterEach
    void closePools() {
        this.pools.forEach(HikariDataSource::close);
    }

    private HikariDataSource pool() {
        HikariDataSource pool = open();
        pool.setMaximumPoolSize(16);
        this.pools.add(pool);
        return pool;
    }

    private DataSource emptied(DataSource database) {
        new ResourceDatabasePopulator(
                new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-" + platform() + ".sql"))
            .execute(database);
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.update("DELETE FROM x402_payment");
        jdbc.update("DELETE FROM x402_payment_event");
        jdbc.update("DELETE FROM x402_answer");
        return database;
    }

    private static JdbcPaymentLedger ledger(DataSource database) {
        return new JdbcPaymentLedger(database, "x402_", TIMEOUT);
    }

    @Test
    void settledWhenRecordedThenTheRowSaysWhoPaidWhatForWhat() throws Exception {
        DataSource database = emptied(pool());
        settle(ledger(database), key(1));
        Map<String, Object> row = new JdbcTemplate(database).queryForMap("SELECT * FROM x402_payment");
        assertThat(row).containsEntry("state", "SETTLED")
            .containsEntry("network", "eip155:84532")
            .containsEntry("endpoint", "report")
            .containsEntry("resource", "https://api.example.com/report")
            .containsEntry("scheme", "exact")
            .containsEntry("caller", "alice")
            .containsEntry("transaction_hash", "0x" + "c".repeat(64))
            .containsEntry("valid_before", VALID_BEFORE.getEpochSecond());
        assertThat((BigDecimal) row.get("amount")).isEqualByComparingTo("10");
    }

    @Test
    void eventsWhenAPaymentGoesItsWayThenAreInOrder() throws Exception {
        DataSource database = emptied(pool());
        PaymentLedger ledger = ledger(database);
        makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        ledger.settling(resumed);
        ledger.settled(resumed, "0xab", null);
        assertThat(new JdbcTemplate(database).queryForList("SELECT type FROM x402_payment_event ORDER BY id",
                String.class))
            .containsExactly("RESERVED", "SETTLING", "UNKNOWN", "RESUMED", "SETTLING", "SETTLED");
    }

    @Test
    void releaseWhenNothingWasSettledThenLeavesNothing() throws Exception {
        DataSource database = emptied(pool());
        PaymentLedger ledger = ledger(database);
        ledger.release(reserve(ledger, key(1)));
        Reservation settling = reserve(ledger, key(2));
        ledger.settling(settling);
        ledger.release(settling);
        JdbcTemplate jdbc = new JdbcTemplate(database);
        assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM x402_payment", Long.class)).isZero();
        assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM x402_payment_event", Long.class)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void settledWhenTheApplicationRollsBackThenStays(boolean autoCommit) throws Exception {
        emptied(pool());
        HikariDataSource database = pool();
        database.setAutoCommit(autoCommit);
        PaymentLedger ledger = ledger(database);
        new TransactionTemplate(new JdbcTransactionManager(database)).executeWithoutResult((status) -> {
            try {
                settle(ledger, key(1));
            }
            catch (LedgerException ex) {
                throw new IllegalStateException(ex);
            }
            status.setRollbackOnly();
        });
        assertThat(ledger(pool()).find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void reserveWhenTextsAreLongerThanColumnsThenCutAndReserved() throws Exception {
        DataSource database = emptied(pool());
        PaymentClaim claim = claim(key(1), REQUEST, VALID_BEFORE);
        PaymentClaim longer = new PaymentClaim(claim.key(), Rail.X402, claim.fingerprint(), claim.validBefore(),
                "e".repeat(64), "https://api.example.com/" + "r".repeat(5000), claim.requirements(), "ü".repeat(300),
                null, null);
        assertThat(ledger(database).reserve(longer)).isInstanceOf(ReserveResult.Reserved.class);
        assertThat(new JdbcTemplate(database).queryForObject("SELECT caller FROM x402_payment", String.class))
            .isEqualTo("ü".repeat(255));
    }

    @Test
    void deleteSettledWhenOldThenForgottenAndAllElseStays() throws Exception {
        DataSource database = emptied(pool());
        JdbcPaymentLedger ledger = ledger(database);
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        Reservation old = ((ReserveResult.Reserved) ledger.reserve(claim(key(1), REQUEST, yesterday))).reservation();
        ledger.settling(old);
        ledger.settled(old, "0xab", null);
        Reservation lost = ((ReserveResult.Reserved) ledger.reserve(claim(key(2), REQUEST, yesterday))).reservation();
        ledger.settling(lost);
        ledger.unknown(lost, "");
        ledger.reserve(claim(key(3), REQUEST, yesterday));
        ledger.settled(reserve(ledger, key(4)), "0xab", null);
        assertThat(ledger.deleteSettled()).isEqualTo(1);
        assertThat(ledger.find(key(1))).isEmpty();
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(3))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        assertThat(ledger.find(key(4))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(new JdbcTemplate(database).queryForObject("SELECT COUNT(*) FROM x402_payment_event", Long.class))
            .isEqualTo(6);
        assertThat(ledger.deleteSettled()).isZero();
    }

    @Test
    void recoverWhenManyInstancesLookThenEachPaymentIsTakenUpOnce() throws Exception {
        DataSource database = emptied(pool());
        JdbcPaymentLedger ledger = ledger(database);
        for (int i = 0; i < 20; i++) {
            Reservation reservation = reserve(ledger, key(i));
            if (i % 2 == 0) {
                ledger.settling(reservation);
            }
        }
        new JdbcTemplate(database).update("UPDATE x402_payment SET updated_at = ?",
                Timestamp.from(Instant.now().minus(Duration.ofHours(1))));
        List<Integer> taken = simultaneously(8, (number) -> ledger.recover(Duration.ofMinutes(30)));
        assertThat(taken.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20);
        assertThat(new JdbcTemplate(database)
            .queryForObject("SELECT COUNT(*) FROM x402_payment_event WHERE type = 'ABANDONED'", Long.class))
            .isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void settledWhenTheDatabaseIsDownThenRecordedLaterThoughOthersTookItForAbandoned(boolean reconciled)
            throws Exception {
        DataSource database = emptied(pool());
        AtomicBoolean down = new AtomicBoolean();
        JdbcPaymentLedger ledger = ledger(new DelegatingDataSource(database) {

            @Override
            public Connection getConnection() throws SQLException {
                if (down.get()) {
                    throw new SQLException("down");
                }
                return super.getConnection();
            }

        });
        Reservation delivered = reserve(ledger, key(1));
        ledger.settling(delivered);
        down.set(true);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.settled(delivered, "0xab", null));
        ledger.delivered(delivered);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.recover(Duration.ofMinutes(30)));
        down.set(false);
        new JdbcTemplate(database).update("UPDATE x402_payment SET updated_at = ?",
                Timestamp.from(Instant.now().minus(Duration.ofHours(1))));
        JdbcPaymentLedger other = ledger(pool());
        assertThat(other.recover(Duration.ofMinutes(30))).isEqualTo(1);
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        if (reconciled) {
            age(Duration.ofMinutes(2));
            assertThat(other.conclude(other.lease(Duration.ofMinutes(1), 10).get(0), new Conclusion.Settled("0xab")))
                .isTrue();
        }

        assertThat(ledger.recover(Duration.ofMinutes(30))).isZero();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertDelivered(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)), key(1));
    }

    @Test
    void reserveWhenTheInstanceThatDeliversIsSilentForTooLongThenAnotherDelivers() throws Exception {
        DataSource database = emptied(pool());
        settle(ledger(database), key(1));
        PaymentLedger other = ledger(pool());
        StoredPayment found = other.find(key(1)).orElseThrow();
        assertThat(found.delivery()).isEqualTo(Delivery.IN_FLIGHT);
        assertThat(other.redeliver(found, 2)).isEmpty();
        new JdbcTemplate(database).update("UPDATE x402_payment SET delivery_until = ?",
                Timestamp.from(Instant.now().minusSeconds(1)));
        StoredPayment silent = other.find(key(1)).orElseThrow();
        assertThat(silent.delivery()).isEqualTo(Delivery.LOST);
        assertThat(silent.bodyBegun()).isFalse();
        assertThat(other.redeliver(silent, 2)).isPresent();
        assertThat(other.redeliver(silent, 2)).isEmpty();
        assertThat(other.find(key(1)).orElseThrow().delivery()).isEqualTo(Delivery.IN_FLIGHT);
    }

    @Test
    void closeWhenAnswersWereDeliveredThenOtherInstancesKnow() throws Exception {
        DataSource database = emptied(pool());
        JdbcPaymentLedger ledger = ledger(database);
        ledger.delivered(settle(ledger, key(1)));
        ledger.undelivered(settle(ledger, key(2)), false);
        ledger.close();
        PaymentLedger other = ledger(pool());
        assertDelivered(other.reserve(claim(key(1), REQUEST, VALID_BEFORE)), key(1));
        assertThat(other.find(key(2)).orElseThrow().delivery()).isEqualTo(Delivery.LOST);
    }

    @Test
    void storageWhenTheTablesWereLookedAtThenNamesTheDatabase() {
        DataSource database = emptied(pool());
        JdbcPaymentLedger ledger = ledger(database);
        assertThat(ledger.storage()).isEqualTo("jdbc (not reached)");
        ledger.isInitialized();
        assertThat(ledger.storage()).matches("jdbc \\((H2|PostgreSQL)\\)");
    }

    @Test
    void initializedWhenThereAreTablesThenTrue() throws Exception {
        DataSource database = emptied(pool());
        assertThat(ledger(database).isInitialized()).isTrue();
        assertThat(new JdbcPaymentLedger(database, "missing_", TIMEOUT).isInitialized()).isFalse();
    }

    @Test
    void reserveWhenThereIsNoTableThenSaysThatItCannotSay() {
        DataSource database = emptied(pool());
        PaymentLedger ledger = new JdbcPaymentLedger(database, "missing_", TIMEOUT);
        assertThatExceptionOfType(LedgerException.class)
            .isThrownBy(() -> ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.find(key(1)));
    }

}

package io.github.x402spring.ledger.shared;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.Endurance;
import io.github.x402spring.TestServers;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.ledger.shared.LedgerStatements.Claimed;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How PostgreSQL runs the ledger's statements when there are a hundred thousand payments,
 * or a million.
 */
@Tag("endurance")
class LedgerPlanTests {

    private static final int PAYMENTS = Endurance.size(100_000, 1_000_000);

    private static final List<String> TABLES = List.of("x402_payment", "x402_payment_event");

    private static final String FILL_PAYMENTS = """
            INSERT INTO x402_payment (network, asset, payer, nonce, state, token, resumed, fingerprint, endpoint,
                resource, scheme, amount, pay_to, caller, valid_before, created_at)
            SELECT 'eip155:84532', '0xaa', '0xbb' || i % 10000, lpad(i::text, 7, '0'), 'SETTLED', 'token', FALSE,
                'fingerprint', 'report' || i % 20, 'https://api.example.com/report', 'exact', 10, '0xdd',
                'caller' || i % 1000, EXTRACT(EPOCH FROM now())::bigint - i, now() - i * INTERVAL '7 seconds' FROM generate_series(1, ?) i
            """;

    private static final String FILL_EVENTS = """
            INSERT INTO x402_payment_event (network, asset, payer, nonce, type)
            SELECT network, asset, payer, nonce, 'SETTLED' FROM x402_payment
            """;

    private static final String MANY_UNKNOWN = """
            UPDATE x402_payment SET state = 'UNKNOWN' WHERE nonce IN (SELECT lpad((1000 * i)::text, 7, '0')
                FROM generate_series(1, 1000) i)
            """;

    private static final String UNKNOWN_OF_PAYER = """
            INSERT INTO x402_payment (network, asset, payer, nonce, state, token, resumed, fingerprint, endpoint,
                resource, scheme, amount, pay_to, valid_before)
            SELECT 'eip155:84532', '0xaa', '0xbb', 'unknown' || i, 'UNKNOWN', 'token', FALSE, repeat('a', 64), 'report',
                'https://api.example.com/report', 'exact', 10, '0xdd', 4102444800 FROM generate_series(1, 3) i
            """;

    private static EmbeddedPostgres server;

    private static DataSource database;

    @BeforeAll
    static void fill() throws IOException {
        server = TestServers.postgreSql()
            .setLocaleConfig("locale", "C")
            .setServerConfig("wal_level", "minimal")
            .setServerConfig("max_wal_senders", "0")
            .setServerConfig("max_wal_size", "4GB")
            .setServerConfig("maintenance_work_mem", "256MB")
            .start();
        database = server.getPostgresDatabase();
        new ResourceDatabasePopulator(new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
            .execute(database);
        JdbcTemplate jdbc = new JdbcTemplate(database);
        maintainIndexes(jdbc, false);
        jdbc.update(FILL_PAYMENTS, PAYMENTS);
        jdbc.update(FILL_EVENTS);
        maintainIndexes(jdbc, true);
        for (String table : TABLES) {
            jdbc.execute("REINDEX TABLE " + table);
            jdbc.execute("ANALYZE " + table);
        }
    }

    /** Takes half the time, where indexes are made when all rows are there. */
    private static void maintainIndexes(JdbcTemplate jdbc, boolean maintained) {
        for (String table : TABLES) {
            jdbc.update("UPDATE pg_index SET indisready = ? WHERE indrelid = ?::regclass", maintained, table);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void statementsWhenThereAreManyPaymentsThenNoneReadsThemAll() {
        Explaining jdbc = new Explaining(database);
        PostgreSqlLedgerStatements statements = new PostgreSqlLedgerStatements(jdbc, "x402_");
        LedgerRow row = new LedgerRow(claim(1), UUID.randomUUID().toString());
        statements.claim(row);
        DeliveryStatements answers = new DeliveryStatements(jdbc, TransactionOperations.withoutTransaction(), "x402_");
        assertThat(answers.find(row.key())).isPresent();
        assertThat(answers.find(named(claim(5)))).isEmpty();
        statements.move(row.key(), row.token(), PaymentState.SETTLING, null);
        statements.settle(row.key(), row.token(), "0xab", null);
        assertThat(answers.take(answers.find(row.key()).orElseThrow().payment(), "taken", 2, 1)).isFalse();
        LedgerRow refused = new LedgerRow(claim(2), UUID.randomUUID().toString());
        statements.claim(refused);
        statements.forget(refused.key(), refused.token());
        LedgerRow abandoned = new LedgerRow(claim(3), UUID.randomUUID().toString());
        LedgerRow lost = new LedgerRow(claim(4), UUID.randomUUID().toString());
        statements.claim(abandoned);
        statements.claim(lost);
        statements.move(lost.key(), lost.token(), PaymentState.SETTLING, null);
        assertThat(new UnknownPayments(jdbc, TransactionOperations.withoutTransaction(), "x402_")
            .takeUp(Duration.ofHours(-1))).isEqualTo(2);
        UnknownPayments unknown = new UnknownPayments(jdbc, TransactionOperations.withoutTransaction(), "x402_");
        assertThat(unknown.lease(Duration.ofHours(-1), 20)).anyMatch((payment) -> payment.key().equals(lost.key())
                && unknown.conclude(payment, PaymentState.UNKNOWN, new Conclusion.Settled("0xab")));
        assertThat(new JdbcTemplate(database).update(MANY_UNKNOWN)).isEqualTo(PAYMENTS / 1000);
        assertThat(statements.claim(new LedgerRow(claim(6), UUID.randomUUID().toString()))).isEqualTo(Claimed.FRESH);
        assertThat(new JdbcTemplate(database).update(UNKNOWN_OF_PAYER)).isEqualTo(3);
        assertThat(statements.claim(new LedgerRow(claim(7), UUID.randomUUID().toString())))
            .isEqualTo(Claimed.TOO_MANY_UNKNOWN);
        assertThat(statements.deleteSettled(Duration.ofSeconds(PAYMENTS - PAYMENTS / 1000))).isPositive()
            .isLessThan(2 * PAYMENTS / 1000);

        assertThat(jdbc.plans).hasSizeGreaterThan(10)
            .allSatisfy((sql,
                    plan) -> assertThat(plan).as(sql).isNotEmpty().noneMatch((step) -> step.contains("Seq Scan")));
    }

    @Test
    void historyWhenThereAreManyPaymentsThenNoQuestionReadsThemAll() {
        Explaining jdbc = new Explaining(database);
        JdbcPaymentHistory history = new JdbcPaymentHistory(jdbc, "x402_");
        Instant now = Instant.now();
        Instant hour = now.truncatedTo(ChronoUnit.HOURS);
        List<PaymentFilter> filters = List.of(PaymentFilter.ANY, filter("report7", null, null),
                filter(null, "0xbb77", null), filter(null, null, "caller77"), filter("report17", null, "caller77"),
                PaymentFilter.of(PaymentState.SETTLED), PaymentFilter.of(PaymentState.UNKNOWN),
                new PaymentFilter(null, null, null, null, now.minus(Duration.ofDays(3)), now));
        for (PaymentFilter filter : filters) {
            PaymentPage first = history.payments(filter, null, 50);
            PaymentCursor far = new PaymentCursor(now.minus(Duration.ofDays(40)), claim(1).key());
            assertThat(Collections.disjoint(first.payments(), history.payments(filter, far, 50).payments())).isTrue();
        }
        assertThat(history.totals(hour.minus(Duration.ofHours(2)), hour)).hasSize(20);
        assertThat(history.unknown().count()).isZero();
        RecordedPayment newest = history.payments(PaymentFilter.ANY, null, 1).payments().get(0);
        assertThat(history.find(newest.key())).contains(newest);
        assertThat(history.events(newest.key())).hasSize(1);

        assertThat(jdbc.plans).hasSizeGreaterThan(12)
            .allSatisfy((sql,
                    plan) -> assertThat(plan).as(sql).isNotEmpty().noneMatch((step) -> step.contains("Seq Scan")));
    }

    private static PaymentFilter filter(@Nullable String endpoint, @Nullable String payer, @Nullable String caller) {
        return new PaymentFilter(endpoint, null, payer, caller, null, null);
    }

    @Test
    void planWhenNoIndexHelpsThenReadsThemAll() {
        Explaining jdbc = new Explaining(database);
        jdbc.query("SELECT state FROM x402_payment WHERE pay_to = ?", (row, number) -> true, "nobody");
        assertThat(jdbc.plans.values()).singleElement()
            .satisfies((plan) -> assertThat(plan).anyMatch((step) -> step.contains("Seq Scan")));
    }

    private static PaymentClaim claim(int number) {
        return TestClaims.claim(new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x" + number),
                RequestFingerprint.of("report", "GET", "https://api.example.com/report", "", new byte[0]),
                Instant.now().plusSeconds(300), "report", "https://api.example.com/report", BigInteger.TEN, "0xdd",
                "alice");
    }

    private static PaymentClaim named(PaymentClaim claim) {
        return claim.withIdentifier(new PaymentIdentifier("a".repeat(64), "b".repeat(64)));
    }

    /**
     * Asks for the plan of each statement before it runs it.
     */
    private static final class Explaining extends JdbcTemplate {

        private final Map<String, List<String>> plans = new LinkedHashMap<>();

        private final JdbcTemplate other;

        Explaining(DataSource database) {
            super(database);
            this.other = new JdbcTemplate(database);
        }

        @Override
        public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
            explain(sql, arguments);
            return super.query(sql, mapper, arguments);
        }

        @Override
        public int update(String sql, Object... arguments) {
            explain(sql, arguments);
            return super.update(sql, arguments);
        }

        private void explain(String sql, Object... arguments) {
            this.plans.put(sql, this.other.queryForList("EXPLAIN " + sql, String.class, arguments));
        }

    }

}

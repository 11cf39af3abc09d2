package io.github.x402spring.ledger.shared;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.init.ScriptException;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Upgrades tables of version 1 with entries in every state. Extended once for each
 * database.
 */
abstract class SchemaUpgradeContractTests {

    private static final String FOLDER = "io/github/x402spring/ledger/jdbc/";

    private static final String VERSION_1 = FOLDER + "version-1-postgresql.sql";

    private static final String VERSION_2 = FOLDER + "schema-postgresql.sql";

    private static final String PREFIX = "upgraded_";

    private static final RequestFingerprint REQUEST = RequestFingerprint.of("report", "GET",
            "https://api.example.com/report", "", new byte[0]);

    private static final StoredTerms TERMS = new StoredTerms("exact", BigInteger.TEN, "0xdd", null);

    private static final Instant VALID_BEFORE = Instant.parse("2100-01-01T00:00:00Z");

    private HikariDataSource database;

    private JdbcTemplate jdbc;

    private JdbcPaymentLedger ledger;

    protected abstract HikariDataSource open();

    /** Names the folder of the migration. */
    protected abstract String folder();

    @BeforeEach
    void createVersion1() {
        this.database = open();
        this.jdbc = new JdbcTemplate(this.database);
        drop(PREFIX);
        run(VERSION_1, PREFIX);
        this.ledger = new JdbcPaymentLedger(this.database, PREFIX, Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        this.ledger.close();
        drop(PREFIX);
        drop("made_");
        this.database.close();
    }

    @Test
    void versionWhenUpgradedThenTwoAndMayBeUpgradedAgain() throws Exception {
        assertThat(this.ledger.schemaVersion()).isEqualTo(1);
        upgrade();
        assertThat(this.ledger.schemaVersion()).isEqualTo(JdbcPaymentLedger.SCHEMA_VERSION).isEqualTo(2);
        upgrade();
        run(VERSION_2, PREFIX);
        assertThat(this.ledger.schemaVersion()).isEqualTo(2);
        assertThat(this.ledger.isInitialized()).isTrue();
    }

    @Test
    void versionWhenThereAreNoTablesThenZero() throws Exception {
        assertThat(new JdbcPaymentLedger(this.database, "missing_", Duration.ofSeconds(10)).schemaVersion()).isZero();
    }

    @Test
    void scriptWhenTablesAreOfVersion1ThenFailsAndTheVersionStays() throws Exception {
        assertThatExceptionOfType(ScriptException.class).isThrownBy(() -> run(VERSION_2, PREFIX));
        assertThat(this.ledger.schemaVersion()).isEqualTo(1);
    }

    @Test
    void tablesWhenUpgradedThenAreLikeNewOnes() {
        upgrade();
        run(VERSION_2, "made_");
        assertThat(columns(PREFIX)).isEqualTo(columns("made_")).hasSizeGreaterThan(40);
        assertThat(indexes(PREFIX)).isEqualTo(indexes("made_")).isNotEmpty();
    }

    @Test
    void reserveWhenPaymentOfVersion1IsUnknownThenResumedUnderItsTerms() throws Exception {
        insert(1, "UNKNOWN", "0xpending", null, false);
        upgrade();
        ReserveResult.Reserved reserved = (ReserveResult.Reserved) this.ledger.reserve(claim(1));
        assertThat(reserved.reservation().resumed()).isTrue();
        StoredPayment resumed = reserved.resumed();
        assertThat(resumed.terms()).isEqualTo(TERMS);
        assertThat(resumed.rail()).isEqualTo(Rail.X402);
        assertThat(resumed.transaction()).isEqualTo("0xpending");
        assertThat(resumed.reservedAt()).isBefore(Instant.now());
        assertThat(resumed.runs()).isZero();
        assertThat(this.ledger.settling(reserved.reservation())).isTrue();
        assertThat(this.ledger.settled(reserved.reservation(), "0xab", "a".repeat(64))).isTrue();
        assertThat(stored(1).runs()).isOne();
    }

    @Test
    void leaseWhenPaymentOfVersion1IsUnknownThenCanBeConcluded() throws Exception {
        insert(1, "UNKNOWN", null, null, false);
        upgrade();
        UnknownPayment unknown = this.ledger.lease(Duration.ofHours(-1), 10).get(0);
        assertThat(unknown.terms()).isEqualTo(TERMS);
        assertThat(unknown.reservedAt()).isEqualTo(stored(1).reservedAt());
        assertThat(this.ledger.conclude(unknown, new Conclusion.UsedElsewhere("0xelse"))).isTrue();
        assertThat(this.ledger.reserve(claim(1))).isEqualTo(new ReserveResult.Ended(PaymentState.USED_ELSEWHERE));
    }

    @Test
    void reserveWhenPaymentOfVersion1IsInFlightThenStaysSoAndCanBeSettled() throws Exception {
        insert(1, "RESERVED", null, null, false);
        insert(2, "SETTLING", null, null, false);
        upgrade();
        assertThat(this.ledger.reserve(claim(1))).isEqualTo(new ReserveResult.InFlight());
        assertThat(this.ledger.reserve(claim(2))).isEqualTo(new ReserveResult.InFlight());
        assertThat(this.ledger.settled(new Reservation(key(2), "token2", false), "0xab", null)).isTrue();
        assertThat(this.ledger.recover(Duration.ofHours(-1))).isOne();
        assertThat(this.ledger.find(key(1))).isEmpty();
    }

    @Test
    void reserveWhenPaymentOfVersion1IsDeliveredThenNotSoldAgain() throws Exception {
        insert(1, "SETTLED", "0xab", Instant.now().minusSeconds(60), true);
        upgrade();
        StoredPayment settled = ((ReserveResult.Settled) this.ledger.reserve(claim(1))).payment();
        assertThat(settled.delivery()).isEqualTo(Delivery.DELIVERED);
        assertThat(settled.settledAt()).isNotNull();
        assertThat(settled.runs()).isOne();
        assertThat(this.ledger.redeliver(settled, 2)).isEmpty();
    }

    @Test
    void redeliverWhenResponseOfVersion1WasLostThenItsFirstDeliveryCounts() throws Exception {
        insert(1, "SETTLED", "0xab", Instant.now().minusSeconds(60), false);
        upgrade();
        assertThat(stored(1).bodyBegun()).isFalse();
        for (int runs = 1; runs <= 2; runs++) {
            StoredPayment lost = stored(1);
            assertThat(lost.delivery()).isEqualTo(Delivery.LOST);
            assertThat(lost.runs()).isEqualTo(runs);
            assertThat(this.ledger.redeliver(lost, 2)).isPresent();
            this.jdbc.update("UPDATE upgraded_payment SET delivery_until = CURRENT_TIMESTAMP");
        }
        assertThat(this.ledger.redeliver(stored(1), 2)).isEmpty();
    }

    @Test
    void redeliverWhenResponseOfVersion1WasNotBegunThenIsTheFirst() throws Exception {
        insert(1, "SETTLED", "0xab", null, false);
        upgrade();
        assertThat(stored(1).delivery()).isEqualTo(Delivery.NOT_BEGUN);
        assertThat(stored(1).runs()).isZero();
        assertThat(this.ledger.redeliver(stored(1), 0)).isPresent();
    }

    @Test
    void settledWhenAnInstanceOfVersion1WritesMeanwhileThenItsFirstDeliveryCounts() throws Exception {
        upgrade();
        insert(1, "SETTLED", "0xab", Instant.now().plusSeconds(60), false);
        assertThat(stored(1).runs()).isOne();
        assertThat(stored(1).delivery()).isEqualTo(Delivery.IN_FLIGHT);
        assertThat(stored(1).settledAt()).isNotNull();
    }

    private StoredPayment stored(int number) throws Exception {
        return this.ledger.find(key(number)).orElseThrow();
    }

    private void upgrade() {
        run(FOLDER + "migration/" + folder() + "/V2__x402_ledger.sql", PREFIX);
    }

    private void run(String script, String prefix) {
        try {
            String sql = new ClassPathResource(script).getContentAsString(StandardCharsets.UTF_8);
            new ResourceDatabasePopulator(
                    new ByteArrayResource(sql.replace("x402_", prefix).getBytes(StandardCharsets.UTF_8)))
                .execute(this.database);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private void drop(String prefix) {
        List.of("payment", "payment_event", "answer", "exposure", "exposure_lease", "ended_task", "schema_version")
            .forEach((table) -> this.jdbc.execute("DROP TABLE IF EXISTS " + prefix + table));
    }

    private List<String> columns(String prefix) {
        return this.jdbc.queryForList("SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || "
                + "COALESCE(character_maximum_length, 0) || ' ' || is_nullable || ' ' || COALESCE(column_default, '-') "
                + "FROM information_schema.columns WHERE LOWER(table_name) LIKE ? ORDER BY 1", String.class,
                prefix + "%")
            .stream()
            .map((column) -> column.toLowerCase(Locale.ROOT).replace(prefix, ""))
            .filter((column) -> !column.startsWith("payment_event.id "))
            .sorted()
            .toList();
    }

    /** Returns the names of the indexes of a database's own catalog. */
    protected abstract String indexNames();

    private List<String> indexes(String prefix) {
        return this.jdbc.queryForList(indexNames(), String.class)
            .stream()
            .map((index) -> index.toLowerCase(Locale.ROOT))
            .filter((index) -> index.startsWith(prefix))
            .map((index) -> index.substring(prefix.length()))
            .sorted()
            .toList();
    }

    /** Writes a row as version 1 did. */
    private void insert(int number, String state, @Nullable String transaction, @Nullable Instant deliveryUntil,
            boolean delivered) {
        PaymentKey key = key(number);
        this.jdbc
            .update("INSERT INTO upgraded_payment (network, asset, payer, nonce, state, token, resumed, fingerprint, "
                    + "endpoint, resource, scheme, amount, pay_to, caller, transaction_hash, valid_before, delivery_until, "
                    + "delivered_at) VALUES (?, ?, ?, ?, ?, ?, FALSE, ?, 'report', 'https://api.example.com/report', "
                    + "'exact', 10, '0xdd', 'alice', ?, ?, " + time(deliveryUntil) + ", "
                    + (delivered ? "CURRENT_TIMESTAMP" : "NULL") + ")", key.network().toString(), key.asset(),
                    key.payer(), key.nonce(), state, "token" + number, REQUEST.value(), transaction,
                    VALID_BEFORE.getEpochSecond());
    }

    private static String time(@Nullable Instant time) {
        return (time != null) ? "TIMESTAMP WITH TIME ZONE '" + time + "'" : "NULL";
    }

    private static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x" + number);
    }

    private static PaymentClaim claim(int number) {
        PaymentRequirements dearer = TestClaims.requirements(key(number), BigInteger.TWO, "0xee");
        return new PaymentClaim(key(number), Rail.X402, REQUEST, VALID_BEFORE, "report",
                "https://api.example.com/report", dearer, "alice", null, null);
    }

}

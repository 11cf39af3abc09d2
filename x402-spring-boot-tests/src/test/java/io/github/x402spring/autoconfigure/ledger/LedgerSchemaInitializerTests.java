package io.github.x402spring.autoconfigure.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.init.ScriptException;

import io.github.x402spring.TestServers;
import io.github.x402spring.autoconfigure.X402LedgerProperties.Jdbc;
import io.github.x402spring.autoconfigure.X402LedgerProperties.SchemaInitialization;
import io.github.x402spring.ledger.shared.JdbcLedgers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("waiting")
class LedgerSchemaInitializerTests {

    private static final int INSTANCES = 8;

    private static final int ROUNDS = 10;

    @Test
    void initializeWhenManyInstancesStartAtOnceThenEachFindsTheTables() throws Exception {
        try (EmbeddedPostgres server = TestServers.postgreSql().start();
                ExecutorService executor = Executors.newFixedThreadPool(INSTANCES)) {
            DriverManagerDataSource database = new DriverManagerDataSource(server.getJdbcUrl("postgres", "postgres"));
            for (int round = 0; round < ROUNDS; round++) {
                CyclicBarrier start = new CyclicBarrier(INSTANCES);
                String prefix = "shop" + round + "_";
                List<Future<Boolean>> instances = new ArrayList<>();
                for (int i = 0; i < INSTANCES; i++) {
                    LedgerSchemaInitializer initializer = new LedgerSchemaInitializer(database, settings(prefix));
                    instances.add(executor.submit(() -> {
                        start.await();
                        return initializer.initializeDatabase();
                    }));
                }
                for (Future<Boolean> instance : instances) {
                    assertThat(instance.get()).isTrue();
                }
                assertThat(new JdbcTemplate(database).queryForObject("SELECT COUNT(*) FROM " + prefix + "payment",
                        Long.class))
                    .isZero();
            }
        }
    }

    @Test
    void initializeWhenManyInstancesUpgradeAtOnceThenEachFindsVersion2() throws Exception {
        try (EmbeddedPostgres server = TestServers.postgreSql().start();
                ExecutorService executor = Executors.newFixedThreadPool(INSTANCES)) {
            DriverManagerDataSource database = new DriverManagerDataSource(server.getJdbcUrl("postgres", "postgres"));
            for (int round = 0; round < ROUNDS; round++) {
                String prefix = "old" + round + "_";
                makeVersion1(database, prefix);
                CyclicBarrier start = new CyclicBarrier(INSTANCES);
                List<Future<Boolean>> instances = new ArrayList<>();
                for (int i = 0; i < INSTANCES; i++) {
                    LedgerSchemaInitializer initializer = new LedgerSchemaInitializer(database, settings(prefix));
                    instances.add(executor.submit(() -> {
                        start.await();
                        return initializer.initializeDatabase();
                    }));
                }
                for (Future<Boolean> instance : instances) {
                    assertThat(instance.get()).isTrue();
                }
                assertThat(version(database, prefix)).isEqualTo(2);
            }
        }
    }

    @Test
    void initializeWhenTablesAreOfVersion1ThenUpgradedAndEntriesStay() throws Exception {
        DriverManagerDataSource database = new DriverManagerDataSource("jdbc:h2:mem:old;DB_CLOSE_DELAY=-1");
        makeVersion1(database, "shop_");
        new JdbcTemplate(database).update("INSERT INTO shop_ended_task (task) VALUES (?)", "a".repeat(64));
        assertThat(new LedgerSchemaInitializer(database, settings("shop_")).initializeDatabase()).isTrue();
        assertThat(new LedgerSchemaInitializer(database, settings("shop_")).initializeDatabase()).isTrue();
        assertThat(version(database, "shop_")).isEqualTo(2);
        assertThat(new JdbcTemplate(database).queryForObject("SELECT COUNT(*) FROM shop_ended_task", Long.class))
            .isOne();
    }

    @Test
    void initializeWhenTablesAreNewerThenLeavesThemAlone() throws Exception {
        DriverManagerDataSource database = new DriverManagerDataSource("jdbc:h2:mem:newer;DB_CLOSE_DELAY=-1");
        new LedgerSchemaInitializer(database, settings("shop_")).initializeDatabase();
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.update("UPDATE shop_schema_version SET version = 3");
        jdbc.execute("DROP TABLE shop_ended_task");
        new LedgerSchemaInitializer(database, settings("shop_")).initializeDatabase();
        assertThat(version(database, "shop_")).isEqualTo(3);
        assertThatExceptionOfType(BadSqlGrammarException.class)
            .isThrownBy(() -> jdbc.queryForObject("SELECT COUNT(*) FROM shop_ended_task", Long.class));
    }

    private static int version(DataSource database, String prefix) {
        return JdbcLedgers.builder(database).tablePrefix(prefix).build().schemaVersion();
    }

    private static void makeVersion1(DataSource database, String prefix) throws IOException {
        String script = new ClassPathResource("io/github/x402spring/ledger/jdbc/version-1-postgresql.sql")
            .getContentAsString(StandardCharsets.UTF_8);
        new ResourceDatabasePopulator(
                new ByteArrayResource(script.replace("x402_", prefix).getBytes(StandardCharsets.UTF_8)))
            .execute(database);
    }

    @Test
    void initializeWhenTheScriptCannotRunThenFails() {
        DriverManagerDataSource database = new DriverManagerDataSource(
                "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        new JdbcTemplate(database).execute("CREATE VIEW x402_payment AS SELECT 1 AS one");
        assertThatExceptionOfType(ScriptException.class)
            .isThrownBy(() -> new LedgerSchemaInitializer(database, settings("x402_")).initializeDatabase());
    }

    private static Jdbc settings(String prefix) {
        return new Jdbc(SchemaInitialization.ALWAYS, prefix, Duration.ofSeconds(3), Duration.ofDays(90));
    }

}

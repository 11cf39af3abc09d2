package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ScriptException;

import io.github.x402spring.TestServers;
import io.github.x402spring.autoconfigure.X402LedgerProperties.Jdbc;
import io.github.x402spring.autoconfigure.X402LedgerProperties.SchemaInitialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

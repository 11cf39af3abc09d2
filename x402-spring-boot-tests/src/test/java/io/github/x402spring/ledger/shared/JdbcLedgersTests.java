package io.github.x402spring.ledger.shared;

import java.time.Duration;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JdbcLedgersTests {

    private static final TaskKey TASK = TaskKey.ofCaller("ann", "t1");

    private final DataSource database = new DriverManagerDataSource(
            "jdbc:h2:mem:ledgers-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");

    @Test
    void isInitializedWhenThereAreNoTablesThenNot() {
        JdbcLedgers ledgers = JdbcLedgers.builder(this.database).build();
        assertThat(ledgers.schemaVersion()).isZero();
        assertThat(ledgers.isInitialized()).isFalse();
        assertThat(ledgers.payments().kind()).isEqualTo("jdbc");
    }

    @Test
    void deleteOldLimitsWhenATaskWasEndedLongAgoThenForgetsIt() {
        new ResourceDatabasePopulator(new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
            .execute(this.database);
        JdbcLedgers ledgers = JdbcLedgers.builder(this.database).build();
        TaskRegistry tasks = ledgers.tasks();
        tasks.end(TASK);
        ledgers.deleteOldLimits(Duration.ofHours(1));
        assertThat(tasks.ended(TASK)).isTrue();
        new JdbcTemplate(this.database).update("UPDATE x402_ended_task SET ended_at = ended_at - INTERVAL '2' HOUR");
        ledgers.deleteOldLimits(Duration.ofHours(1));
        assertThat(tasks.ended(TASK)).isFalse();
    }

    @Test
    void buildWhenThePrefixIsNoneThenFails() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> JdbcLedgers.builder(this.database).tablePrefix("x;").build());
    }

}

package io.github.x402spring.ledger.shared;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JdbcTaskRegistryTests {

    private static final TaskKey TRIP = TaskKey.ofCaller("alice", "trip");

    private static final TaskKey OTHER = TaskKey.ofCaller("bob", "trip");

    private final DriverManagerDataSource database = new DriverManagerDataSource("jdbc:h2:mem:tasks;DB_CLOSE_DELAY=-1");

    private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

    private final JdbcTaskRegistry registry = new JdbcTaskRegistry(this.database, "x402_", Duration.ofSeconds(3));

    @BeforeEach
    void create() {
        new ResourceDatabasePopulator(new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
            .execute(this.database);
    }

    @AfterEach
    void drop() {
        this.jdbc.execute("DROP ALL OBJECTS");
    }

    @Test
    void endedWhenOneWasEndedThenNoOther() throws Exception {
        assertThat(this.registry.ended(TRIP)).isFalse();
        this.registry.end(TRIP);
        assertThat(this.registry.ended(TRIP)).isTrue();
        assertThat(this.registry.ended(OTHER)).isFalse();
    }

    @Test
    void endWhenEndedAgainThenStaysEnded() throws Exception {
        this.registry.end(TRIP);
        this.registry.end(TRIP);
        assertThat(this.registry.ended(TRIP)).isTrue();
    }

    @Test
    void deleteOldWhenSomeWereEndedLongAgoThenOnlyThoseAreForgotten() throws Exception {
        this.registry.end(TRIP);
        this.registry.end(OTHER);
        this.jdbc.update("UPDATE x402_ended_task SET ended_at = DATEADD('DAY', -91, CURRENT_TIMESTAMP) WHERE task = ?",
                TRIP.value());
        this.registry.deleteOld(Duration.ofDays(92));
        assertThat(this.registry.ended(TRIP)).isTrue();
        this.registry.deleteOld(Duration.ofDays(90));
        assertThat(this.registry.ended(TRIP)).isFalse();
        assertThat(this.registry.ended(OTHER)).isTrue();
    }

    @Test
    void endedWhenThereIsNoTableThenCannotSay() {
        JdbcTaskRegistry lost = new JdbcTaskRegistry(this.database, "none_", Duration.ofSeconds(3));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> lost.ended(TRIP));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> lost.end(TRIP));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> lost.deleteOld(Duration.ofDays(1)));
    }

}

package io.github.x402spring.ledger.shared;

import java.sql.Connection;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerDataSourceTests {

    private static final String URL = "jdbc:h2:mem:ledgerdatasource;DB_CLOSE_DELAY=-1";

    private final DriverManagerDataSource database = new DriverManagerDataSource(URL);

    private final JdbcTemplate application = new JdbcTemplate(this.database);

    @BeforeEach
    void create() {
        this.application.execute("CREATE TABLE note (id INT)");
    }

    @AfterEach
    void drop() {
        this.application.execute("DROP ALL OBJECTS");
    }

    @Test
    void templateWhenTheApplicationRollsBackThenWhatTheLedgerRecordedStays() {
        JdbcTemplate ledger = new LedgerDataSource(this.database).template(Duration.ofSeconds(3));
        new TransactionTemplate(new JdbcTransactionManager(this.database)).executeWithoutResult((status) -> {
            this.application.update("INSERT INTO note VALUES (1)");
            ledger.update("INSERT INTO note VALUES (2)");
            status.setRollbackOnly();
        });
        assertThat(this.application.queryForList("SELECT id FROM note", Integer.class)).containsExactly(2);
    }

    @Test
    void getConnectionWhenThePoolDoesNotCommitByItselfThenTheLedgersDo() throws Exception {
        SingleConnectionDataSource pool = new SingleConnectionDataSource(URL, true);
        pool.setAutoCommit(false);
        try {
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
            }
            try (Connection connection = new LedgerDataSource(pool).getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
            }
        }
        finally {
            pool.destroy();
        }
    }

    @ParameterizedTest
    @CsvSource({ "PT0S, 1", "PT-5S, 1", "PT0.999S, 1", "PT1S, 1", "PT1.999S, 1", "PT2S, 2", "P36500D, 2147483647" })
    void templateWhenATimeoutIsGivenThenInWholeSecondsAndNeverNone(Duration timeout, int seconds) {
        assertThat(new LedgerDataSource(this.database).template(timeout).getQueryTimeout()).isEqualTo(seconds);
    }

}

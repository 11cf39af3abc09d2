package io.github.x402spring.ledger.shared;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.SettledPaymentHistoryContractTests;

/**
 * Extended once for each database.
 */
abstract class JdbcPaymentHistoryContractTests extends SettledPaymentHistoryContractTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private HikariDataSource pool;

    /** Makes a pool to the database. */
    protected abstract HikariDataSource open();

    @BeforeEach
    void connect() {
        this.pool = open();
        new ResourceDatabasePopulator(new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
            .execute(this.pool);
        JdbcTemplate jdbc = new JdbcTemplate(this.pool);
        jdbc.update("DELETE FROM x402_payment");
        jdbc.update("DELETE FROM x402_payment_event");
    }

    @AfterEach
    void disconnect() {
        this.pool.close();
    }

    @Override
    protected JdbcPaymentLedger createLedger() {
        return new JdbcPaymentLedger(this.pool, "x402_", TIMEOUT);
    }

    @Override
    protected PaymentHistory history() {
        return new JdbcPaymentHistory(this.pool, "x402_", TIMEOUT);
    }

}

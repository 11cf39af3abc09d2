package io.github.x402spring.ledger.shared;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.ResponseStoreContractTests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a store of answers in a database promises besides. Extended once for each
 * database.
 */
abstract class JdbcResponseStoreContractTests extends ResponseStoreContractTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private HikariDataSource pool;

    /** Makes a pool to a database. */
    protected abstract HikariDataSource open();

    /** Names the script with the tables. */
    protected abstract String platform();

    @BeforeEach
    void openPool() {
        this.pool = open();
        new ResourceDatabasePopulator(
                new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-" + platform() + ".sql"))
            .execute(this.pool);
        new JdbcTemplate(this.pool).update("DELETE FROM x402_answer");
    }

    @AfterEach
    void closePool() {
        this.pool.close();
    }

    @Override
    protected ResponseStore createStore(Duration timeToLive) {
        return new JdbcResponseStore(this.pool, "x402_", TIMEOUT, timeToLive);
    }

    @Test
    void forgetExpiredWhenCalledThenLeavesNoRowOfTheOldAndAllOfTheYoung() throws Exception {
        ResponseStore store = createStore(Duration.ofMinutes(10));
        store.keep(key(1), new byte[1]);
        new JdbcTemplate(this.pool).update("UPDATE x402_answer SET kept_at = TIMESTAMP '2020-01-01 00:00:00'");
        store.keep(key(2), new byte[1]);
        store.forgetExpired();
        assertThat(new JdbcTemplate(this.pool).queryForObject("SELECT COUNT(*) FROM x402_answer", Long.class)).isOne();
        assertThat(store.find(key(2))).isPresent();
    }

    @Test
    void storeWhenThereIsNoTableThenSaysThatItCannotSay() {
        ResponseStore store = new JdbcResponseStore(this.pool, "missing_", TIMEOUT, TIMEOUT);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> store.keep(key(1), new byte[1]));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> store.find(key(1)));
    }

}

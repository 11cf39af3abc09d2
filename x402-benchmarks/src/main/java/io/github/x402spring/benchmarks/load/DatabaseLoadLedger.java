package io.github.x402spring.benchmarks.load;

import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reset of the tables of the application's ledger.
 */
final class DatabaseLoadLedger implements LoadLedger {

    private final JdbcTemplate jdbc;

    DatabaseLoadLedger(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void reset() {
        List.of("x402_payment", "x402_payment_event").forEach((table) -> this.jdbc.execute("TRUNCATE TABLE " + table));
    }

    @Override
    public long stored() {
        return this.jdbc.queryForList("SELECT COUNT(*) FROM x402_payment", Long.class).get(0);
    }

}

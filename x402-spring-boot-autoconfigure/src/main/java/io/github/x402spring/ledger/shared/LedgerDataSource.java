package io.github.x402spring.ledger.shared;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Source of connections that take no part in transactions of the application: what the
 * ledger records stays even if those are rolled back. Each statement commits by itself,
 * even if the pool disables auto-commit.
 */
final class LedgerDataSource extends DelegatingDataSource {

    LedgerDataSource(DataSource target) {
        super(target);
    }

    JdbcTemplate template(Duration queryTimeout) {
        JdbcTemplate jdbc = new JdbcTemplate(this);
        jdbc.setQueryTimeout((int) Math.clamp(queryTimeout.toSeconds(), 1, Integer.MAX_VALUE));
        return jdbc;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
        return connection;
    }

}

package io.github.x402spring.ledger.jdbc;

import com.zaxxer.hikari.HikariDataSource;

class PostgreSqlAnswerStoreTests extends JdbcAnswerStoreContractTests {

    @Override
    protected HikariDataSource open() {
        return PostgreSqlServer.pool();
    }

    @Override
    protected String platform() {
        return "postgresql";
    }

}

package io.github.x402spring.ledger.shared;

import com.zaxxer.hikari.HikariDataSource;

class PostgreSqlResponseStoreTests extends JdbcResponseStoreContractTests {

    @Override
    protected HikariDataSource open() {
        return PostgreSqlServer.pool();
    }

    @Override
    protected String platform() {
        return "postgresql";
    }

}

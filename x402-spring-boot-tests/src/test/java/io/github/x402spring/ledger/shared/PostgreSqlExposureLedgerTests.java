package io.github.x402spring.ledger.shared;

import com.zaxxer.hikari.HikariDataSource;

class PostgreSqlExposureLedgerTests extends JdbcExposureLedgerContractTests {

    @Override
    protected HikariDataSource open() {
        return PostgreSqlServer.pool();
    }

    @Override
    protected String platform() {
        return "postgresql";
    }

}

package io.github.x402spring.ledger.jdbc;

import com.zaxxer.hikari.HikariDataSource;

class PostgreSqlPaymentHistoryTests extends JdbcPaymentHistoryContractTests {

    @Override
    protected HikariDataSource open() {
        return PostgreSqlServer.pool();
    }

}

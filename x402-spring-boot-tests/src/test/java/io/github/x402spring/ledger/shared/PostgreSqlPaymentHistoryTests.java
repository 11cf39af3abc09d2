package io.github.x402spring.ledger.shared;

import com.zaxxer.hikari.HikariDataSource;

class PostgreSqlPaymentHistoryTests extends JdbcPaymentHistoryContractTests {

    @Override
    protected HikariDataSource open() {
        return PostgreSqlServer.pool();
    }

}

package io.github.x402spring.ledger.shared;

import com.zaxxer.hikari.HikariDataSource;

class PostgreSqlSchemaUpgradeTests extends SchemaUpgradeContractTests {

    @Override
    protected HikariDataSource open() {
        return PostgreSqlServer.pool();
    }

    @Override
    protected String folder() {
        return "postgresql";
    }

    @Override
    protected String indexNames() {
        return "SELECT indexname FROM pg_indexes";
    }

}

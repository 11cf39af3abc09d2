package io.github.x402spring.ledger.shared;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Tag;

@Tag("locale")
class H2SchemaUpgradeTests extends SchemaUpgradeContractTests {

    @Override
    protected HikariDataSource open() {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:h2:mem:upgrade;DB_CLOSE_DELAY=-1");
        return pool;
    }

    @Override
    protected String folder() {
        return "h2";
    }

    @Override
    protected String indexNames() {
        return "SELECT index_name FROM information_schema.indexes WHERE index_type_name NOT LIKE 'PRIMARY%'";
    }

}

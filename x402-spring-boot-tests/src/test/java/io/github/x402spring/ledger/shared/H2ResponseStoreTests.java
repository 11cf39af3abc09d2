package io.github.x402spring.ledger.shared;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Tag;

@Tag("locale")
class H2ResponseStoreTests extends JdbcResponseStoreContractTests {

    @Override
    protected HikariDataSource open() {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:h2:mem:answers;DB_CLOSE_DELAY=-1");
        return pool;
    }

    @Override
    protected String platform() {
        return "postgresql";
    }

}

package io.github.x402spring.ledger.shared;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Tag;

@Tag("locale")
class H2ExposureLedgerTests extends JdbcExposureLedgerContractTests {

    @Override
    protected HikariDataSource open() {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(
                "jdbc:h2:mem:exposures;DB_CLOSE_DELAY=-1;DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
        return pool;
    }

    @Override
    protected String platform() {
        return "postgresql";
    }

}

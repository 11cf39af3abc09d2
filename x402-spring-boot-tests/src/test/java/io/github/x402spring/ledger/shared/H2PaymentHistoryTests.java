package io.github.x402spring.ledger.shared;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Tag;

@Tag("locale")
class H2PaymentHistoryTests extends JdbcPaymentHistoryContractTests {

    @Override
    protected HikariDataSource open() {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:h2:mem:history;DB_CLOSE_DELAY=-1");
        return pool;
    }

}

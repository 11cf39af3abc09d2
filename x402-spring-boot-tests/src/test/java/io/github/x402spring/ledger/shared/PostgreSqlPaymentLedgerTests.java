package io.github.x402spring.ledger.shared;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;

import static org.assertj.core.api.Assertions.assertThat;

class PostgreSqlPaymentLedgerTests extends JdbcPaymentLedgerContractTests {

    @Override
    protected HikariDataSource open() {
        return PostgreSqlServer.pool();
    }

    @Override
    protected String platform() {
        return "postgresql";
    }

    @Test
    void settleWhenCountedThenTakesThreeStatements() throws Exception {
        createLedger();
        try (HikariDataSource pool = open()) {
            AtomicInteger statements = new AtomicInteger();
            PaymentLedger ledger = new JdbcPaymentLedger(counting(pool, statements), "x402_", Duration.ofSeconds(5));
            settle(ledger, key(1));
            assertThat(statements).hasValue(3);
            assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
            assertThat(statements).hasValue(4);
        }
    }

    @Test
    void settleWhenThePurchaseHasANameThenStillTakesThreeStatements() throws Exception {
        createLedger();
        try (HikariDataSource pool = open()) {
            AtomicInteger statements = new AtomicInteger();
            PaymentLedger ledger = new JdbcPaymentLedger(counting(pool, statements), "x402_", Duration.ofSeconds(5));
            Reservation reservation = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
            ledger.settling(reservation);
            ledger.settled(reservation, TRANSACTION, null);
            assertThat(statements).hasValue(3);
        }
    }

    private static DataSource counting(DataSource target, AtomicInteger statements) {
        return new DelegatingDataSource(target) {

            @Override
            public Connection getConnection() throws SQLException {
                return counted(super.getConnection(), Connection.class, statements);
            }

        };
    }

    private static <T> T counted(T target, Class<T> type, AtomicInteger statements) {
        return type
            .cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
                if (method.getName().startsWith("execute") || method.getName().equals("commit")) {
                    statements.incrementAndGet();
                }
                try {
                    Object result = method.invoke(target, arguments);
                    return (result instanceof PreparedStatement statement)
                            ? counted(statement, PreparedStatement.class, statements) : result;
                }
                catch (InvocationTargetException ex) {
                    throw ex.getTargetException();
                }
            }));
    }

}

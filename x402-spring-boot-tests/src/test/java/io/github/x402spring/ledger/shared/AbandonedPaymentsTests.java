package io.github.x402spring.ledger.shared;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets payments go on after they were found abandoned and before they are taken up.
 */
class AbandonedPaymentsTests {

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x1");

    private final DataSource database = new DriverManagerDataSource("jdbc:h2:mem:abandoned;DB_CLOSE_DELAY=-1");

    private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

    private final JdbcPaymentLedger ledger = new JdbcPaymentLedger(this.database, "x402_", Duration.ofSeconds(3));

    @BeforeEach
    void create() {
        new ResourceDatabasePopulator(new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
            .execute(this.database);
    }

    @AfterEach
    void drop() {
        this.jdbc.execute("DROP ALL OBJECTS");
    }

    @Test
    void takeUpWhenNobodyTouchedItMeanwhileThenUnknown() throws Exception {
        abandon();
        assertThat(takeUpAfter(() -> {
        })).isEqualTo(1);
        assertThat(this.ledger.find(KEY)).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
    }

    @Test
    void takeUpWhenItWasResumedMeanwhileThenIsLeftToWhoeverDid() throws Exception {
        abandon();
        assertThat(takeUpAfter(() -> {
            assertThat(this.ledger.recover(Duration.ofHours(-1))).isEqualTo(1);
            assertThat(this.ledger.settling(reserve())).isTrue();
        })).isZero();
        assertThat(this.ledger.find(KEY)).map(StoredPayment::state).contains(PaymentState.SETTLING);
    }

    @Test
    void takeUpWhenItWasSettledMeanwhileThenStaysSettled() throws Exception {
        Reservation abandoned = abandon();
        assertThat(takeUpAfter(() -> this.ledger.settled(abandoned, "0xab", null))).isZero();
        assertThat(this.ledger.find(KEY)).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    private Reservation abandon() {
        Reservation reservation = reserve();
        this.ledger.settling(reservation);
        return reservation;
    }

    private Reservation reserve() {
        RequestFingerprint request = RequestFingerprint.of("report", "GET", "https://api.example.com/report", "",
                new byte[0]);
        ReserveResult result = this.ledger.reserve(TestClaims.claim(KEY, request, Instant.now().plusSeconds(300),
                "report", "https://api.example.com/report", BigInteger.TEN, "0xdd", null));
        return ((ReserveResult.Reserved) result).reservation();
    }

    private int takeUpAfter(Runnable meanwhile) {
        JdbcTemplate interrupted = new JdbcTemplate(this.database) {

            @Override
            public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
                List<T> found = super.query(sql, mapper, arguments);
                meanwhile.run();
                return found;
            }

        };
        return new UnknownPayments(interrupted, TransactionOperations.withoutTransaction(), "x402_")
            .takeUp(Duration.ofHours(-1));
    }

}

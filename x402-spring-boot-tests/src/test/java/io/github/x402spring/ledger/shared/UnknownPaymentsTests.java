package io.github.x402spring.ledger.shared;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets several look for unknown payments at the same moment.
 */
class UnknownPaymentsTests {

    private static final Duration AT_ONCE = Duration.ofHours(-1);

    private final DriverManagerDataSource database = new DriverManagerDataSource(
            "jdbc:h2:mem:unknown;DB_CLOSE_DELAY=-1");

    private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

    private final JdbcPaymentLedger ledger = new JdbcPaymentLedger(this.database, "x402_", Duration.ofSeconds(3));

    private final UnknownPayments payments = new UnknownPayments(this.jdbc, TransactionOperations.withoutTransaction(),
            "x402_");

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
    void leaseWhenOthersTookThemMeanwhileThenTheyAreTheirs() throws Exception {
        makeUnknown(1);
        JdbcTemplate slow = new JdbcTemplate(this.database) {

            @Override
            public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
                List<T> found = super.query(sql, mapper, arguments);
                super.update("UPDATE x402_payment SET updated_at = DATEADD('DAY', 1, CURRENT_TIMESTAMP)");
                assertThat(found).hasSize(1);
                return found;
            }

        };
        assertThat(new UnknownPayments(slow, TransactionOperations.withoutTransaction(), "x402_").lease(AT_ONCE, 10))
            .isEmpty();
    }

    @Test
    void leaseWhenThereAreMoreThanAreWantedThenThoseThatWaitedLongest() throws Exception {
        makeUnknown(1);
        makeUnknown(2);
        makeUnknown(3);
        this.jdbc.update("UPDATE x402_payment SET updated_at = DATEADD('HOUR', CASE nonce WHEN '0x1' THEN -2 "
                + "WHEN '0x2' THEN -3 ELSE -1 END, CURRENT_TIMESTAMP)");
        assertThat(this.payments.lease(Duration.ofMinutes(1), 2)).extracting(UnknownPayment::key)
            .containsExactly(key(2), key(1));
        assertThat(this.payments.lease(Duration.ofMinutes(1), 2)).extracting(UnknownPayment::key)
            .containsExactly(key(3));
        assertThat(this.payments.lease(Duration.ofMinutes(1), 2)).isEmpty();
    }

    @Test
    void concludeWhenItWasConcludedBeforeThenNothingMoreHappens() throws Exception {
        makeUnknown(1);
        UnknownPayment found = this.payments.lease(AT_ONCE, 1).get(0);
        assertThat(this.payments.conclude(found, PaymentState.UNKNOWN, new Conclusion.Settled("0xab"))).isTrue();
        assertThat(this.payments.conclude(found, PaymentState.UNKNOWN, new Conclusion.Settled("0xcd"))).isFalse();
        assertThat(this.payments.conclude(found, PaymentState.UNKNOWN, new Conclusion.Unsettled())).isFalse();
        assertThat(this.payments.conclude(found, PaymentState.UNKNOWN, new Conclusion.Unresolved())).isFalse();
        assertThat(this.payments.conclude(found, PaymentState.UNKNOWN, new Conclusion.UsedElsewhere("0xcd"))).isFalse();
        assertThat(this.jdbc.queryForList("SELECT state FROM x402_payment", String.class)).containsExactly("SETTLED");
        assertThat(this.jdbc.queryForList("SELECT transaction_hash FROM x402_payment", String.class))
            .containsExactly("0xab");
        assertThat(this.jdbc.queryForList("SELECT type FROM x402_payment_event WHERE type = 'SETTLED'", String.class))
            .hasSize(1);
    }

    @Test
    void concludeWhenItWasNeverSettledThenItsEventsGoWithItAndNoOthers() throws Exception {
        makeUnknown(1);
        makeUnknown(2);
        UnknownPayment found = this.payments.lease(AT_ONCE, 10)
            .stream()
            .filter((payment) -> payment.key().equals(key(1)))
            .findFirst()
            .orElseThrow();
        assertThat(this.payments.conclude(found, PaymentState.UNKNOWN, new Conclusion.Unsettled())).isTrue();
        assertThat(this.jdbc.queryForList("SELECT nonce FROM x402_payment", String.class)).containsExactly("0x2");
        assertThat(this.jdbc.queryForList("SELECT DISTINCT nonce FROM x402_payment_event", String.class))
            .containsExactly("0x2");
    }

    private void makeUnknown(int number) throws Exception {
        RequestFingerprint request = RequestFingerprint.of("report", "GET", "https://api.example.com/report", "",
                new byte[0]);
        ReserveResult result = this.ledger
            .reserve(TestClaims.claim(key(number), request, Instant.parse("2100-01-01T00:00:00Z"), "report",
                    "https://api.example.com/report", BigInteger.TEN, "0xdd", null));
        Reservation reservation = ((ReserveResult.Reserved) result).reservation();
        this.ledger.settling(reservation);
        this.ledger.unknown(reservation, "");
    }

    private static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x" + number);
    }

}

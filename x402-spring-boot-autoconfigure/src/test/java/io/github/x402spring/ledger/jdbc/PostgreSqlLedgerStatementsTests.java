package io.github.x402spring.ledger.jdbc;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.jdbc.LedgerStatements.Claimed;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class PostgreSqlLedgerStatementsTests {

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x1");

    private static final LedgerRow ROW = new LedgerRow(new PaymentClaim(KEY, new RequestFingerprint("a".repeat(64)),
            Instant.EPOCH, "report", "https://api.example.com/report", "exact", BigInteger.TEN, "0xdd", null), "token");

    private final Journal jdbc = new Journal();

    private final PostgreSqlLedgerStatements statements = new PostgreSqlLedgerStatements(this.jdbc, "shop_");

    @Test
    void claimWhenNothingComesBackThenItIsNotToBeHad() {
        assertThat(this.statements.claim(ROW)).isEqualTo(Claimed.NOT);
    }

    @Test
    void claimWhenItComesBackThenWhetherItWasSentBefore() {
        this.jdbc.rows = List.of(false);
        assertThat(this.statements.claim(ROW)).isEqualTo(Claimed.FRESH);
        this.jdbc.rows = List.of(true);
        assertThat(this.statements.claim(ROW)).isEqualTo(Claimed.RESUMED);
    }

    @Test
    void claimWhenAnotherPaymentHasThePurchasesNameThenItIsNotToBeHad() {
        this.jdbc.duplicate = true;
        assertThat(this.statements.claim(ROW)).isEqualTo(Claimed.NOT);
    }

    @Test
    void claimAndForgetWhenSentThenThereIsAValueForEachPlaceAndEachTableHasThePrefix() {
        this.statements.claim(ROW);
        this.statements.forget(KEY, "token");
        assertThat(this.jdbc.statements).hasSize(2).allSatisfy(PostgreSqlLedgerStatementsTests::isComplete);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLING", "SETTLED", "UNKNOWN" })
    void moveWhenSentThenThereIsAValueForEachPlaceAndEachTableHasThePrefix(PaymentState state) {
        this.statements.move(KEY, "token", state, "0xab");
        assertThat(this.jdbc.statements).singleElement().satisfies(PostgreSqlLedgerStatementsTests::isComplete);
    }

    @Test
    void moveWhenARowComesBackThenTheReservationWasGood() {
        assertThat(this.statements.move(KEY, "token", PaymentState.SETTLING, null)).isFalse();
        this.jdbc.rows = List.of(true);
        assertThat(this.statements.move(KEY, "token", PaymentState.SETTLING, null)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLING", "SETTLED", "UNKNOWN" })
    void moveWhenSettledThenAlsoIfOthersTookItForAbandonedAndElseOnlyWhileItIsOpen(PaymentState state) {
        this.statements.move(KEY, "token", state, null);
        String sql = this.jdbc.statements.get(0).sql();
        assertThat(sql.contains(LedgerStatements.UNSETTLED)).isEqualTo(state == PaymentState.SETTLED);
        assertThat(sql.contains(LedgerStatements.OPEN)).isEqualTo(state != PaymentState.SETTLED);
    }

    @Test
    void forgetWhenSentThenOnlyWhatIsOpenAndWasNeverSentBefore() {
        this.statements.forget(KEY, "token");
        assertThat(this.jdbc.statements.get(0).sql()).contains(LedgerStatements.OPEN + " AND resumed = FALSE");
    }

    private static void isComplete(Statement statement) {
        long places = statement.sql().chars().filter((character) -> character == '?').count();
        assertThat(statement.arguments()).isEqualTo(places);
        assertThat(statement.sql()).contains("shop_payment ", "shop_payment_event ");
    }

    private record Statement(String sql, int arguments) {
    }

    private static final class Journal extends JdbcTemplate {

        private final List<Statement> statements = new ArrayList<>();

        private List<Boolean> rows = List.of();

        private boolean duplicate;

        @Override
        @SuppressWarnings("unchecked")
        public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
            this.statements.add(new Statement(sql, arguments.length));
            if (this.duplicate) {
                throw new DuplicateKeyException("identifier");
            }
            return (List<T>) this.rows;
        }

        @Override
        public int update(String sql, Object... arguments) {
            this.statements.add(new Statement(sql, arguments.length));
            return 1;
        }

    }

}

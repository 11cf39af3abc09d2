package io.github.x402spring.ledger.shared;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.h2.tools.SimpleResultSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.shared.LedgerStatements.Claimed;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class PostgreSqlLedgerStatementsTests {

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x1");

    private static final LedgerRow ROW = new LedgerRow(TestClaims.claim(KEY, new RequestFingerprint("a".repeat(64)),
            Instant.EPOCH, "report", "https://api.example.com/report", BigInteger.TEN, "0xdd", null), "token");

    private final Journal jdbc = new Journal();

    private final PostgreSqlLedgerStatements statements = new PostgreSqlLedgerStatements(this.jdbc, "shop_");

    @ParameterizedTest
    @EnumSource
    void claimWhenARowComesBackThenIsWhatItSays(Claimed claimed) {
        this.jdbc.row = claimed.name();
        assertThat(this.statements.claim(ROW)).isEqualTo(claimed);
    }

    @Test
    void claimWhenAnotherPaymentHasThePurchasesNameThenItIsNotToBeHad() {
        this.jdbc.duplicate = true;
        assertThat(this.statements.claim(ROW)).isEqualTo(Claimed.NOT);
    }

    @Test
    void claimAndForgetWhenSentThenThereIsAValueForEachPlaceAndEachTableHasThePrefix() {
        this.jdbc.row = "NOT";
        this.statements.claim(ROW);
        this.statements.forget(KEY, "token");
        assertThat(this.jdbc.statements).hasSize(2).allSatisfy(PostgreSqlLedgerStatementsTests::isComplete);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLING", "UNKNOWN" })
    void moveWhenSentThenThereIsAValueForEachPlaceAndEachTableHasThePrefix(PaymentState state) {
        this.statements.move(KEY, "token", state, "0xab");
        assertThat(this.jdbc.statements).singleElement().satisfies(PostgreSqlLedgerStatementsTests::isComplete);
    }

    @Test
    void moveWhenARowComesBackThenTheReservationWasGood() {
        assertThat(this.statements.move(KEY, "token", PaymentState.SETTLING, null)).isFalse();
        this.jdbc.row = "TRUE";
        assertThat(this.statements.move(KEY, "token", PaymentState.SETTLING, null)).isTrue();
    }

    @Test
    void settleWhenSentThenThereIsAValueForEachPlaceAndEachTableHasThePrefix() {
        this.statements.settle(KEY, "token", "0xab", "d".repeat(64));
        assertThat(this.jdbc.statements).singleElement().satisfies(PostgreSqlLedgerStatementsTests::isComplete);
    }

    @Test
    void settleWhenARowComesBackThenTheReservationWasGood() {
        assertThat(this.statements.settle(KEY, "token", "0xab", null)).isFalse();
        this.jdbc.row = "TRUE";
        assertThat(this.statements.settle(KEY, "token", "0xab", null)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLING", "UNKNOWN" })
    void moveWhenSentThenOnlyWhileItIsOpen(PaymentState state) {
        this.statements.move(KEY, "token", state, null);
        assertThat(this.jdbc.statements.get(0).sql()).contains(LedgerStatements.OPEN)
            .doesNotContain(LedgerStatements.SETTLEABLE);
    }

    @Test
    void settleWhenSentThenAlsoIfOthersTookItForAbandoned() {
        this.statements.settle(KEY, "token", "0xab", null);
        assertThat(this.jdbc.statements.get(0).sql()).contains(LedgerStatements.SETTLEABLE)
            .doesNotContain(LedgerStatements.OPEN);
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

        private @Nullable String row;

        private boolean duplicate;

        @Override
        public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
            this.statements.add(new Statement(sql, arguments.length));
            if (this.duplicate) {
                throw new DuplicateKeyException("identifier");
            }
            String row = this.row;
            return (row != null) ? List.of(read(row, mapper)) : List.of();
        }

        private static <T> T read(String row, RowMapper<T> mapper) {
            SimpleResultSet rows = new SimpleResultSet();
            rows.addColumn("outcome", Types.VARCHAR, 255, 0);
            rows.addRow(row);
            try (ResultSet read = rows) {
                read.next();
                return mapper.mapRow(read, 0);
            }
            catch (SQLException ex) {
                throw new IllegalStateException(ex);
            }
        }

        @Override
        public int update(String sql, Object... arguments) {
            this.statements.add(new Statement(sql, arguments.length));
            return 1;
        }

    }

}

package io.github.x402spring.ledger.shared;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

import io.github.x402spring.ledger.LedgerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class DatabaseTests {

    private final JdbcOperations jdbc = mock(JdbcOperations.class);

    @Test
    void askWhenThereIsAnAnswerThenThatIsGiven() throws Exception {
        assertThat(Database.ask(() -> "answer")).isEqualTo("answer");
    }

    @ParameterizedTest
    @MethodSource
    void askWhenTheDatabaseFailsThenSaysItInTheLedgersWords(RuntimeException failure) {
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> Database.ask(() -> {
            throw failure;
        })).withMessage("The database gave no reply").withCause(failure);
    }

    static Stream<RuntimeException> askWhenTheDatabaseFailsThenSaysItInTheLedgersWords() {
        return Stream.of(new DataAccessResourceFailureException("INSERT '0xcheque'"), new QueryTimeoutException("slow"),
                new CannotCreateTransactionException("full"), new TransactionTimedOutException("slow"));
    }

    @Test
    void askWhenThereIsNoAnswerThenNobodyTakesItForOne() {
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> Database.ask(() -> null)).withNoCause();
    }

    @Test
    void askWhenItIsABugThenItIsNotTakenForTheDatabases() {
        IllegalStateException bug = new IllegalStateException("bug");
        assertThatIllegalStateException().isThrownBy(() -> Database.ask(() -> {
            throw bug;
        })).isSameAs(bug);
    }

    @Test
    void nowWhenTheDatabaseKnowsTheTimeThenThatCounts() {
        Instant now = Instant.parse("2026-11-21T10:11:12.123456Z");
        given(this.jdbc.queryForObject("SELECT CURRENT_TIMESTAMP", Timestamp.class)).willReturn(Timestamp.from(now));
        assertThat(Database.now(this.jdbc)).isEqualTo(now);
    }

    @Test
    void nowWhenTheDatabaseDoesNotSayThenIsTreatedAsNoAnswer() {
        given(this.jdbc.queryForObject(anyString(), eq(Timestamp.class))).willReturn(null);
        assertThatExceptionOfType(EmptyResultDataAccessException.class).isThrownBy(() -> Database.now(this.jdbc));
    }

}

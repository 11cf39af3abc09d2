package io.github.x402spring.ledger.shared;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Statements for payments whose request is gone: they recover abandoned payments, lease
 * payments whose settlement is unknown, and end them. Each is changed only if it is still
 * as it was found, so that several instances may run at the same time, and a request that
 * still works on it finds its reservation void.
 * <p>
 * The time of the last change is the lease on a row; the token stays as it is, so that an
 * instance that gets a late reply can still record it.
 */
final class UnknownPayments extends LedgerTables {

    private static final int MAX_ABANDONED = 1000;

    /**
     * The response is not begun, and that the payment was settled is known from now on.
     */
    private static final String SETTLED_NOW = "settled_at = CURRENT_TIMESTAMP, ";

    UnknownPayments(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        super(jdbc, transactions, prefix);
    }

    /**
     * Frees what was not sent to be settled; what was, or had been, is unknown.
     * @param after how long a payment has to be untouched
     * @return the number of recovered payments
     */
    int takeUp(Duration after) {
        List<Abandoned> found = this.jdbc.query(
                "SELECT " + KEY + ", token, state, resumed FROM " + this.payments
                        + " WHERE state IN ('RESERVED', 'SETTLING') AND updated_at < ? LIMIT " + MAX_ABANDONED,
                Abandoned::of, Timestamp.from(Database.now(this.jdbc).minus(after)));
        int taken = 0;
        for (Abandoned abandoned : found) {
            taken += changed(() -> takeUp(abandoned)) ? 1 : 0;
        }
        return taken;
    }

    private boolean takeUp(Abandoned found) {
        @Nullable Object[] asFound = values(found.key(), found.token(), found.state());
        if (found.state().equals(PaymentState.RESERVED.name()) && !found.resumed()) {
            return erase(found.key(), AS_FOUND + " AND resumed = FALSE", asFound);
        }
        boolean unknown = change("state = 'UNKNOWN', updated_at = CURRENT_TIMESTAMP" + AS_FOUND, asFound);
        if (unknown) {
            note(found.key(), "ABANDONED", null);
        }
        return unknown;
    }

    List<UnknownPayment> lease(Duration lease, int max) {
        Timestamp due = Timestamp.from(Database.now(this.jdbc).minus(lease));
        List<UnknownPayment> found = this.jdbc.query(
                "SELECT " + FoundPayment.COLUMNS + " FROM " + this.payments
                        + " WHERE state = 'UNKNOWN' AND updated_at < ? ORDER BY updated_at LIMIT " + max,
                (row, number) -> FoundPayment.of(row, number).payment().unknown(), due);
        return found.stream().filter((payment) -> take(payment, due)).toList();
    }

    /** Leases a payment, unless another instance did so at the same moment. */
    private boolean take(UnknownPayment payment, Timestamp due) {
        return changed(() -> change("updated_at = CURRENT_TIMESTAMP" + AS_FOUND + " AND updated_at < ?",
                values(payment.key(), payment.token(), PaymentState.UNKNOWN.name(), due)));
    }

    /**
     * Ends a payment, or forgets it.
     * @param present the state that it has to be in
     */
    boolean conclude(UnknownPayment payment, PaymentState present, Conclusion conclusion) {
        return changed(() -> switch (conclusion) {
            case Conclusion.Settled(String transaction) ->
                end(payment, present, PaymentState.SETTLED, transaction, SETTLED_NOW);
            case Conclusion.UsedElsewhere(String transaction) ->
                end(payment, present, PaymentState.USED_ELSEWHERE, transaction, "");
            case Conclusion.Unresolved unresolved -> end(payment, present, PaymentState.UNRESOLVED, null, "");
            case Conclusion.Unsettled unsettled ->
                erase(payment.key(), AS_FOUND, values(payment.key(), payment.token(), present.name()));
        });
    }

    private boolean end(UnknownPayment payment, PaymentState present, PaymentState state, @Nullable String transaction,
            String more) {
        boolean ended = change(
                "state = ?, " + more + "transaction_hash = COALESCE(?, transaction_hash), "
                        + "updated_at = CURRENT_TIMESTAMP" + AS_FOUND,
                values(Arrays.asList(state.name(), transaction), payment.key(), payment.token(), present.name()));
        if (ended) {
            note(payment.key(), state.name(), transaction);
        }
        return ended;
    }

    /** Abandoned payment, as it was found. */
    private record Abandoned(PaymentKey key, String token, String state, boolean resumed) {

        static Abandoned of(ResultSet row, int number) throws SQLException {
            return new Abandoned(LedgerTables.key(row), row.getString(5), row.getString(6), row.getBoolean(7));
        }

    }

}

package io.github.x402spring.ledger.jdbc;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Hands out payments whose settlement is unknown and ends them. To have touched a row
 * last is the lease on it; the token stays as it is, so that whoever was answered late
 * can still record it.
 */
final class UnknownPayments {

    private static final String AS_LEASED = LedgerStatements.OF_KEY + " AND token = ? AND state = 'UNKNOWN'";

    private static final String AS_FOUND = LedgerStatements.OF_KEY + " AND token = ? AND state = ?";

    /**
     * The response is not begun, and that the payment was settled is known from now on.
     */
    private static final String SETTLED_NOW = "settled_at = CURRENT_TIMESTAMP, ";

    private final JdbcOperations jdbc;

    private final TransactionOperations transactions;

    private final String payments;

    private final String events;

    UnknownPayments(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.payments = prefix + "payment";
        this.events = prefix + "payment_event";
    }

    List<UnknownPayment> lease(Duration lease, int max) {
        Timestamp due = Timestamp.from(Database.now(this.jdbc).minus(lease));
        List<UnknownPayment> found = this.jdbc.query(
                "SELECT " + FoundPayment.COLUMNS + " FROM " + this.payments
                        + " WHERE state = 'UNKNOWN' AND updated_at < ? ORDER BY updated_at LIMIT " + max,
                (row, number) -> FoundPayment.of(row, number).unknownPayment(), due);
        return found.stream().filter((payment) -> take(payment, due)).toList();
    }

    /** Others may have found it at the same moment. */
    private boolean take(UnknownPayment payment, Timestamp due) {
        PaymentKey key = payment.key();
        return Boolean.TRUE.equals(this.transactions.execute((status) -> this.jdbc.update(
                "UPDATE " + this.payments + " SET updated_at = CURRENT_TIMESTAMP" + AS_LEASED + " AND updated_at < ?",
                key.network().toString(), key.asset(), key.payer(), key.nonce(), payment.token(), due) == 1));
    }

    /**
     * Ends a payment, or forgets it.
     * @param present the state that it has to be in
     */
    boolean conclude(UnknownPayment payment, PaymentState present, Conclusion conclusion) {
        Step step = new Step(payment, present);
        return Boolean.TRUE.equals(this.transactions.execute((status) -> switch (conclusion) {
            case Conclusion.Settled(String transaction) -> end(step, PaymentState.SETTLED, transaction);
            case Conclusion.UsedElsewhere(String transaction) -> end(step, PaymentState.USED_ELSEWHERE, transaction);
            case Conclusion.Unresolved unresolved -> end(step, PaymentState.UNRESOLVED, null);
            case Conclusion.Unsettled unsettled -> forget(step);
        }));
    }

    private boolean end(Step step, PaymentState state, @Nullable String transaction) {
        PaymentKey key = step.payment().key();
        boolean ended = this.jdbc.update(
                "UPDATE " + this.payments + " SET state = ?, " + ((state == PaymentState.SETTLED) ? SETTLED_NOW : "")
                        + "transaction_hash = COALESCE(?, transaction_hash), " + "updated_at = CURRENT_TIMESTAMP"
                        + AS_FOUND,
                state.name(), transaction, key.network().toString(), key.asset(), key.payer(), key.nonce(),
                step.payment().token(), step.present().name()) == 1;
        if (ended) {
            this.jdbc.update(
                    "INSERT INTO " + this.events
                            + " (network, asset, payer, nonce, type, transaction_hash) VALUES (?, ?, ?, ?, ?, ?)",
                    key.network().toString(), key.asset(), key.payer(), key.nonce(), state.name(), transaction);
        }
        return ended;
    }

    private boolean forget(Step step) {
        PaymentKey key = step.payment().key();
        boolean forgotten = this.jdbc.update("DELETE FROM " + this.payments + AS_FOUND, key.network().toString(),
                key.asset(), key.payer(), key.nonce(), step.payment().token(), step.present().name()) == 1;
        if (forgotten) {
            this.jdbc.update("DELETE FROM " + this.events + LedgerStatements.OF_KEY, key.network().toString(),
                    key.asset(), key.payer(), key.nonce());
        }
        return forgotten;
    }

    /** Payment that is ended, and the state that it has to be in. */
    private record Step(UnknownPayment payment, PaymentState present) {
    }

}

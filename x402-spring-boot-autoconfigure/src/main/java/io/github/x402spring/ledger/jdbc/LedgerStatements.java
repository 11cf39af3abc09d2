package io.github.x402spring.ledger.jdbc;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;

/**
 * Changes payments and writes down that it did, both or neither, in SQL that all
 * databases understand. The transaction is over before anybody is asked to settle.
 */
class LedgerStatements {

    /** What names a payment. */
    static final String OF_KEY = " WHERE network = ? AND asset = ? AND payer = ? AND nonce = ?";

    /** What the holder of a reservation may still change. */
    static final String OPEN = OF_KEY + " AND token = ? AND state IN ('RESERVED', 'SETTLING')";

    /**
     * What is settled is settled, also where others took it for abandoned meanwhile,
     * unless somebody has resumed it.
     */
    static final String UNSETTLED = OF_KEY + " AND token = ? AND state <> 'SETTLED'";

    static final String NEW = " (network, asset, payer, nonce, state, token, resumed, fingerprint, endpoint, resource, "
            + "scheme, amount, pay_to, caller, valid_before, identifier, terms) VALUES (?, ?, ?, ?, 'RESERVED', ?, FALSE, "
            + "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    static final String MOVE = " SET state = ?, transaction_hash = COALESCE(?, transaction_hash), "
            + "updated_at = CURRENT_TIMESTAMP";

    /** Whoever settled it is about to deliver. */
    static final String SETTLE = MOVE + ", " + DeliveryStatements.UNDER_WAY;

    private final JdbcOperations jdbc;

    private final TransactionOperations transactions;

    private final String payments;

    private final String events;

    private final List<String> tables;

    LedgerStatements(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.payments = prefix + "payment";
        this.events = prefix + "payment_event";
        this.tables = List.of(this.payments, this.events, prefix + "exposure", prefix + "exposure_lease",
                prefix + "ended_task");
    }

    /**
     * Takes a payment that is free, or whose settlement is unknown and that is bound to
     * the same request.
     */
    Claimed claim(LedgerRow row) {
        Claimed claimed = this.transactions.execute((status) -> insert(row) ? Claimed.FRESH : resume(row));
        return (claimed != null) ? claimed : Claimed.NOT;
    }

    private boolean insert(LedgerRow row) {
        try {
            this.jdbc.update("INSERT INTO " + this.payments + NEW, row.values());
        }
        catch (DuplicateKeyException ex) {
            return false;
        }
        note(row.key(), "RESERVED", null);
        return true;
    }

    private Claimed resume(LedgerRow row) {
        int resumed = this.jdbc.update(
                "UPDATE " + this.payments
                        + " SET state = 'RESERVED', token = ?, resumed = TRUE, updated_at = CURRENT_TIMESTAMP" + OF_KEY
                        + " AND state = 'UNKNOWN' AND fingerprint = ?",
                row.token(), row.key().network().toString(), row.key().asset(), row.key().payer(), row.key().nonce(),
                row.fingerprint());
        if (resumed == 0) {
            return Claimed.NOT;
        }
        note(row.key(), "RESUMED", null);
        return Claimed.RESUMED;
    }

    /**
     * Moves a payment on, if the reservation is good.
     * @param transaction the transaction's hash, or {@code null} to leave it as it is
     * @return whether it was
     */
    boolean move(PaymentKey key, String token, PaymentState state, @Nullable String transaction) {
        String change = (state == PaymentState.SETTLED) ? SETTLE + UNSETTLED : MOVE + OPEN;
        return Boolean.TRUE.equals(this.transactions.execute((status) -> {
            boolean moved = this.jdbc.update("UPDATE " + this.payments + change, state.name(), transaction,
                    key.network().toString(), key.asset(), key.payer(), key.nonce(), token) == 1;
            if (moved) {
                note(key, state.name(), transaction);
            }
            return moved;
        }));
    }

    /**
     * Forgets a payment that was certainly not settled, if the reservation is good.
     */
    void forget(PaymentKey key, String token) {
        this.transactions.execute((status) -> {
            int forgotten = this.jdbc.update("DELETE FROM " + this.payments + OPEN + " AND resumed = FALSE",
                    key.network().toString(), key.asset(), key.payer(), key.nonce(), token);
            return (forgotten == 1) ? this.jdbc.update("DELETE FROM " + this.events + OF_KEY, key.network().toString(),
                    key.asset(), key.payer(), key.nonce()) : 0;
        });
    }

    /**
     * Fails if there are no tables.
     */
    final void probe() {
        for (String table : this.tables) {
            this.jdbc.query("SELECT 1 FROM " + table + " WHERE 1 = 0", (row, number) -> true);
        }
    }

    /**
     * Deletes settled payments and what happened to them, by the clock of the database.
     */
    int deleteSettled(Duration retention) {
        Integer deleted = this.transactions.execute((status) -> {
            long before = Database.now(this.jdbc).minus(retention).getEpochSecond();
            this.jdbc.update("DELETE FROM " + this.events + " WHERE EXISTS (SELECT 1 FROM " + this.payments
                    + " old WHERE old.state = 'SETTLED' AND old.valid_before < ? AND old.network = " + this.events
                    + ".network AND old.asset = " + this.events + ".asset AND old.payer = " + this.events
                    + ".payer AND old.nonce = " + this.events + ".nonce)", before);
            return this.jdbc.update("DELETE FROM " + this.payments + " WHERE state = 'SETTLED' AND valid_before < ?",
                    before);
        });
        return (deleted != null) ? deleted : 0;
    }

    final void note(PaymentKey key, String type, @Nullable String transaction) {
        this.jdbc.update(
                "INSERT INTO " + this.events
                        + " (network, asset, payer, nonce, type, transaction_hash) VALUES (?, ?, ?, ?, ?, ?)",
                key.network().toString(), key.asset(), key.payer(), key.nonce(), type, transaction);
    }

    /** Is what became of an attempt to take a payment. */
    enum Claimed {

        /** It was free. */
        FRESH,

        /** Its settlement was unknown. */
        RESUMED,

        /** It was not to be had. */
        NOT

    }

}

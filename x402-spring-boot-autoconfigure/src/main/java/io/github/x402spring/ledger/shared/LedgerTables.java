package io.github.x402spring.ledger.shared;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;

/**
 * Tables of payments and of their events, and the columns that identify a payment in
 * both.
 */
abstract class LedgerTables {

    /** The columns that name a payment. */
    static final String KEY = "network, asset, payer, nonce";

    static final String OF_KEY = " WHERE network = ? AND asset = ? AND payer = ? AND nonce = ?";

    /** Condition that the payment is still as it was found. */
    static final String AS_FOUND = OF_KEY + " AND token = ? AND state = ?";

    final JdbcOperations jdbc;

    final TransactionOperations transactions;

    final String payments;

    final String events;

    LedgerTables(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.payments = prefix + "payment";
        this.events = prefix + "payment_event";
    }

    /**
     * Returns the values of the columns that name a payment, and of those behind them.
     */
    static @Nullable Object[] values(PaymentKey key, @Nullable Object... behind) {
        return values(List.of(), key, behind);
    }

    /** Returns the values of the columns that name a payment, between other ones. */
    static @Nullable Object[] values(List<? extends @Nullable Object> before, PaymentKey key,
            @Nullable Object... behind) {
        List<@Nullable Object> values = new ArrayList<>(before);
        values.addAll(List.of(key.network().toString(), key.asset(), key.payer(), key.nonce()));
        Collections.addAll(values, behind);
        return values.toArray();
    }

    /** Reads the columns that name a payment, which are the first ones. */
    static PaymentKey key(ResultSet row) throws SQLException {
        return new PaymentKey(Network.parse(row.getString(1)), row.getString(2), row.getString(3), row.getString(4));
    }

    /** Changes a payment, and returns whether there was one to change. */
    final boolean change(String change, @Nullable Object[] values) {
        return this.jdbc.update("UPDATE " + this.payments + " SET " + change, values) == 1;
    }

    /** Deletes a payment and its events, and returns whether there was one. */
    final boolean erase(PaymentKey key, String condition, @Nullable Object[] values) {
        boolean erased = this.jdbc.update("DELETE FROM " + this.payments + condition, values) == 1;
        if (erased) {
            this.jdbc.update("DELETE FROM " + this.events + OF_KEY, values(key));
        }
        return erased;
    }

    /** Adds an event to a payment. */
    final void note(PaymentKey key, String type, @Nullable String transaction) {
        this.jdbc.update(
                "INSERT INTO " + this.events + " (" + KEY + ", type, transaction_hash) VALUES (?, ?, ?, ?, ?, ?)",
                values(key, type, transaction));
    }

    /** Makes a change and records it as an event, both or neither. */
    final boolean changed(BooleanSupplier change) {
        return Boolean.TRUE.equals(this.transactions.execute((status) -> change.getAsBoolean()));
    }

}

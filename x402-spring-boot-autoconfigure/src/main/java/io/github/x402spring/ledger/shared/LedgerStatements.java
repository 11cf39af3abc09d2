package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;

/**
 * Statements that change payments and record the change as an event, both or neither, in
 * SQL that all databases understand. The transaction ends before the facilitator is asked
 * to settle.
 */
class LedgerStatements extends LedgerTables {

    /** Condition that the holder of a reservation may still change the payment. */
    static final String OPEN = OF_KEY + " AND token = ? AND state IN ('RESERVED', 'SETTLING')";

    /**
     * A settlement is recorded even if another instance took the payment for abandoned
     * meanwhile, unless it was resumed or concluded since.
     */
    static final String SETTLEABLE = OF_KEY + " AND token = ? AND state IN ('RESERVED', 'SETTLING', 'UNKNOWN')";

    static final String COLUMNS = KEY + ", token, fingerprint, endpoint, resource, scheme, amount, "
            + "pay_to, caller, valid_before, identifier, terms, rail, requirements, signature_digest, state, resumed";

    static final String PARAMETERS = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'RESERVED', FALSE";

    static final String MOVE = "state = ?, transaction_hash = COALESCE(?, transaction_hash), "
            + "updated_at = CURRENT_TIMESTAMP";

    /** The request that settled it is about to deliver, which is the first run. */
    static final String SETTLE = "state = 'SETTLED', transaction_hash = ?, response_digest = ?, runs = 1, "
            + "settled_at = CURRENT_TIMESTAMP, updated_at = CURRENT_TIMESTAMP, " + DeliveryStatements.IN_FLIGHT;

    /** Settled, or ended in another final state. */
    private static final String OVER = "state IN ('SETTLED', 'UNRESOLVED', 'USED_ELSEWHERE')";

    LedgerStatements(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        super(jdbc, transactions, prefix);
    }

    /**
     * Takes a payment that is free, unless its payer has too many of unknown outcome; or
     * one whose settlement is unknown and that is bound to the same request.
     */
    Claimed claim(LedgerRow row) {
        Claimed claimed = this.transactions.execute((status) -> {
            if (tooManyUnknown(row)) {
                return (resume(row) == Claimed.RESUMED) ? Claimed.RESUMED : Claimed.TOO_MANY_UNKNOWN;
            }
            return insert(row) ? Claimed.FRESH : resume(row);
        });
        return (claimed != null) ? claimed : Claimed.NOT;
    }

    /** Looks no further than it has to. */
    static String unknownOfPayer(String payments) {
        return "SELECT COUNT(*) AS unknowns FROM (SELECT 1 FROM " + payments
                + " WHERE payer = ? AND state = 'UNKNOWN' LIMIT " + PaymentLedger.MAX_UNKNOWN_PER_PAYER + ") counted";
    }

    private boolean tooManyUnknown(LedgerRow row) {
        Integer unknown = this.jdbc.queryForObject(unknownOfPayer(this.payments), Integer.class, row.key().payer());
        return unknown != null && unknown >= PaymentLedger.MAX_UNKNOWN_PER_PAYER;
    }

    private boolean insert(LedgerRow row) {
        try {
            this.jdbc.update("INSERT INTO " + this.payments + " (" + COLUMNS + ") VALUES (" + PARAMETERS + ")",
                    row.values());
        }
        catch (DuplicateKeyException ex) {
            return false;
        }
        note(row.key(), "RESERVED", null);
        return true;
    }

    private Claimed resume(LedgerRow row) {
        boolean resumed = change(
                "state = 'RESERVED', token = ?, resumed = TRUE, updated_at = CURRENT_TIMESTAMP" + OF_KEY
                        + " AND state = 'UNKNOWN' AND fingerprint = ?",
                values(List.of(row.token()), row.key(), row.fingerprint()));
        if (!resumed) {
            return Claimed.NOT;
        }
        note(row.key(), "RESUMED", null);
        return Claimed.RESUMED;
    }

    /**
     * Moves a payment on to any state but settled, if the reservation is valid.
     * @param transaction the transaction's hash, or {@code null} to leave it as it is
     * @return whether it was
     */
    boolean move(PaymentKey key, String token, PaymentState state, @Nullable String transaction) {
        return changed(() -> {
            boolean moved = change(MOVE + OPEN, values(Arrays.asList(state.name(), transaction), key, token));
            if (moved) {
                note(key, state.name(), transaction);
            }
            return moved;
        });
    }

    /**
     * Records a settlement, if the reservation is valid or was when the payment became
     * unknown.
     * @return whether it was
     */
    boolean settle(PaymentKey key, String token, String transaction, @Nullable String responseDigest) {
        return changed(() -> {
            boolean settled = change(SETTLE + SETTLEABLE,
                    values(Arrays.asList(transaction, responseDigest), key, token));
            if (settled) {
                note(key, PaymentState.SETTLED.name(), transaction);
            }
            return settled;
        });
    }

    /**
     * Forgets a payment that was certainly not settled, if the reservation is valid.
     */
    void forget(PaymentKey key, String token) {
        changed(() -> erase(key, OPEN + " AND resumed = FALSE", values(key, token)));
    }

    /**
     * Deletes payments that are settled or ended, and what happened to them, by the clock
     * of the database.
     */
    int deleteSettled(Duration retention) {
        Integer deleted = this.transactions.execute((status) -> {
            long before = Database.now(this.jdbc).minus(retention).getEpochSecond();
            this.jdbc.update("DELETE FROM " + this.events + " WHERE EXISTS (SELECT 1 FROM " + this.payments
                    + " old WHERE old." + OVER + " AND old.valid_before < ? AND old.network = " + this.events
                    + ".network AND old.asset = " + this.events + ".asset AND old.payer = " + this.events
                    + ".payer AND old.nonce = " + this.events + ".nonce)", before);
            return this.jdbc.update("DELETE FROM " + this.payments + " WHERE " + OVER + " AND valid_before < ?",
                    before);
        });
        return (deleted != null) ? deleted : 0;
    }

    /** Outcome of an attempt to take a payment. */
    enum Claimed {

        /** It was free. */
        FRESH,

        /** Its settlement was unknown. */
        RESUMED,

        /** It was not to be had. */
        NOT,

        /** It was not to be had, or its payer has too many unknown ones. */
        TOO_MANY_UNKNOWN

    }

}

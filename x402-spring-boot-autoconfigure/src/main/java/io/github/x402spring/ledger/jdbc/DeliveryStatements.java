package io.github.x402spring.ledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.shared.DeliveryLog;

/**
 * Knows what was paid before, and what became of the answers, in SQL that all databases
 * understand. Nothing of it is on the way of a payment that is presented for the first
 * time.
 */
final class DeliveryStatements {

    /** No other instance delivers for as long as the response may be in flight. */
    static final String IN_FLIGHT = "delivery_until = CURRENT_TIMESTAMP + INTERVAL '" + DeliveryLog.LEASE.toSeconds()
            + "' SECOND";

    private static final String UNDELIVERED = LedgerStatements.OF_KEY
            + " AND token = ? AND state = 'SETTLED' AND delivered_at IS NULL";

    private final JdbcOperations jdbc;

    private final TransactionOperations transactions;

    private final String payments;

    private final String events;

    DeliveryStatements(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.payments = prefix + "payment";
        this.events = prefix + "payment_event";
    }

    Optional<FoundPayment> find(PaymentKey key) {
        return this.jdbc
            .query("SELECT " + FoundPayment.COLUMNS + " FROM " + this.payments + LedgerStatements.OF_KEY,
                    FoundPayment::of, key.network().toString(), key.asset(), key.payer(), key.nonce())
            .stream()
            .findFirst();
    }

    /** Looks up what is in the way of a claim. */
    Optional<FoundPayment> find(PaymentClaim claim) {
        PaymentIdentifier identifier = claim.identifier();
        Optional<FoundPayment> same = find(claim.key());
        if (same.isPresent() || identifier == null) {
            return same;
        }
        return this.jdbc
            .query("SELECT " + FoundPayment.COLUMNS + " FROM " + this.payments + " WHERE identifier = ?",
                    FoundPayment::of, identifier.scope())
            .stream()
            .findFirst();
    }

    /**
     * Takes a settled payment whose response was not delivered.
     * @param maxRuns how many runs may have been begun before
     * @param begun how many begin now
     * @return whether it was taken
     */
    boolean take(StoredPayment found, String token, int maxRuns, int begun) {
        PaymentKey key = found.key();
        return Boolean.TRUE.equals(this.transactions.execute((status) -> {
            boolean taken = this.jdbc.update(
                    "UPDATE " + this.payments + " SET token = ?, runs = " + FoundPayment.RUNS + " + ?, " + IN_FLIGHT
                            + UNDELIVERED + " AND (delivery_until IS NULL OR delivery_until <= CURRENT_TIMESTAMP) AND "
                            + FoundPayment.RUNS + " <= ?",
                    token, begun, key.network().toString(), key.asset(), key.payer(), key.nonce(), found.token(),
                    maxRuns) == 1;
            if (taken) {
                note(List.<Object[]>of(event(key, "REDELIVERY")));
            }
            return taken;
        }));
    }

    void write(List<DeliveryLog.Entry> entries) {
        this.transactions.executeWithoutResult((status) -> {
            for (DeliveryLog.Kind kind : DeliveryLog.Kind.values()) {
                List<Reservation> reservations = entries.stream()
                    .filter((entry) -> entry.kind() == kind)
                    .map(DeliveryLog.Entry::reservation)
                    .toList();
                if (!reservations.isEmpty()) {
                    write(kind, reservations);
                }
            }
        });
    }

    private void write(DeliveryLog.Kind kind, List<Reservation> reservations) {
        String change = switch (kind) {
            case DELIVERED -> "delivered_at = CURRENT_TIMESTAMP, delivery_until = NULL";
            case LOST -> "delivery_until = CURRENT_TIMESTAMP";
            case BROKEN -> "body_begun = TRUE, delivery_until = CURRENT_TIMESTAMP";
            case CONTINUES -> IN_FLIGHT;
        };
        List<Object[]> rows = new ArrayList<>(reservations.size());
        for (Reservation reservation : reservations) {
            PaymentKey key = reservation.key();
            rows.add(new Object[] { key.network().toString(), key.asset(), key.payer(), key.nonce(),
                    reservation.token() });
        }
        int[] changed = this.jdbc.batchUpdate("UPDATE " + this.payments + " SET " + change + UNDELIVERED, rows);
        if (kind == DeliveryLog.Kind.CONTINUES) {
            return;
        }
        List<Object[]> events = new ArrayList<>(rows.size());
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] != 0) {
                events.add(event(reservations.get(i).key(), kind.name()));
            }
        }
        note(events);
    }

    private static Object[] event(PaymentKey key, String type) {
        return new Object[] { key.network().toString(), key.asset(), key.payer(), key.nonce(), type };
    }

    private void note(List<Object[]> events) {
        if (!events.isEmpty()) {
            this.jdbc.batchUpdate(
                    "INSERT INTO " + this.events + " (network, asset, payer, nonce, type) VALUES (?, ?, ?, ?, ?)",
                    events);
        }
    }

}

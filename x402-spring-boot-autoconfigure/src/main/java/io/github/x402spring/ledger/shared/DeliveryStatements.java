package io.github.x402spring.ledger.shared;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;

/**
 * Payments that were made before, and deliveries of their responses, in SQL that all
 * databases understand. Nothing of it is on the way of a payment that is presented for
 * the first time.
 */
final class DeliveryStatements extends LedgerTables {

    /** No other instance delivers for as long as the response may be in flight. */
    static final String IN_FLIGHT = "delivery_until = CURRENT_TIMESTAMP + INTERVAL '" + DeliveryLog.LEASE.toSeconds()
            + "' SECOND";

    private static final String UNDELIVERED = OF_KEY + " AND token = ? AND state = 'SETTLED' AND delivered_at IS NULL";

    DeliveryStatements(JdbcOperations jdbc, TransactionOperations transactions, String prefix) {
        super(jdbc, transactions, prefix);
    }

    Optional<FoundPayment> find(PaymentKey key) {
        return find(OF_KEY, values(key));
    }

    private Optional<FoundPayment> find(String condition, @Nullable Object... values) {
        return this.jdbc
            .query("SELECT " + FoundPayment.COLUMNS + " FROM " + this.payments + condition, FoundPayment::of, values)
            .stream()
            .findFirst();
    }

    /** Looks up what is in the way of a claim. */
    Optional<FoundPayment> find(PaymentClaim claim) {
        PaymentIdentifier identifier = claim.identifier();
        Optional<FoundPayment> same = find(claim.key());
        return (same.isPresent() || identifier == null) ? same : find(" WHERE identifier = ?", identifier.scope());
    }

    /**
     * Takes a settled payment whose response was not delivered.
     * @param maxRuns how many runs may have been begun before
     * @param begun how many begin now
     * @return whether it was taken
     */
    boolean take(StoredPayment found, String token, int maxRuns, int begun) {
        return changed(() -> {
            boolean taken = change(
                    "token = ?, runs = " + FoundPayment.RUNS + " + ?, " + IN_FLIGHT + UNDELIVERED
                            + " AND (delivery_until IS NULL OR delivery_until <= CURRENT_TIMESTAMP) AND "
                            + FoundPayment.RUNS + " <= ?",
                    values(List.of(token, begun), found.key(), found.token(), maxRuns));
            if (taken) {
                note(found.key(), "REDELIVERY", null);
            }
            return taken;
        });
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
        List<Object[]> rows = reservations.stream()
            .map((reservation) -> (Object[]) values(reservation.key(), reservation.token()))
            .toList();
        int[] changed = this.jdbc.batchUpdate("UPDATE " + this.payments + " SET " + change + UNDELIVERED, rows);
        if (kind == DeliveryLog.Kind.CONTINUES) {
            return;
        }
        List<Object[]> events = new ArrayList<>(rows.size());
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] != 0) {
                events.add(values(reservations.get(i).key(), kind.name()));
            }
        }
        if (!events.isEmpty()) {
            this.jdbc.batchUpdate("INSERT INTO " + this.events + " (" + KEY + ", type) VALUES (?, ?, ?, ?, ?)", events);
        }
    }

}

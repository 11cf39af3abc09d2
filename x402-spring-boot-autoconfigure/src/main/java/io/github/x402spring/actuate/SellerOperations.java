package io.github.x402spring.actuate;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.operator.OperatorJournal;
import io.github.x402spring.reconcile.Reconciler;

/**
 * Does what an operator may do while the application runs. Names of callers and wallets
 * are not logged; who did what is in the journal.
 *
 * @param intake is switched
 * @param catalog knows which endpoints can be paused
 * @param tasks remembers which tasks were ended
 * @param reconciler ends payments whose outcome is unknown, or {@code null} if nothing
 * does
 * @param revocations takes away what callers may buy
 * @param journal records what was done
 * @since 0.1.0
 */
public record SellerOperations(PaymentIntake intake, PaidEndpointCatalog catalog, TaskRegistry tasks,
        @Nullable Reconciler reconciler, Revocations revocations, OperatorJournal journal) {

    public SellerOperations {
        Objects.requireNonNull(intake, "'intake' must not be null");
        Objects.requireNonNull(catalog, "'catalog' must not be null");
        Objects.requireNonNull(tasks, "'tasks' must not be null");
        Objects.requireNonNull(revocations, "'revocations' must not be null");
        Objects.requireNonNull(journal, "'journal' must not be null");
    }

    void accept(boolean accepting) {
        this.intake.accept(accepting);
        String told = accepting ? "has payments taken" : "has all payments refused";
        this.journal.record(accepting ? "payments_accepted" : "payments_refused", told, Map.of());
    }

    void pause(String endpoint, @Nullable Boolean paused) {
        boolean known = this.catalog.endpoints()
            .stream()
            .anyMatch((listing) -> listing.definition().name().equals(endpoint));
        if (!known || paused == null) {
            throw invalid("Name a paid endpoint, and say whether it is 'paused'");
        }
        this.intake.pause(endpoint, paused);
        this.journal.record(paused ? "endpoint_paused" : "endpoint_resumed",
                (paused ? "paused" : "resumed") + " endpoint " + endpoint, Map.of("endpoint", endpoint));
    }

    void revoke(String kind, @Nullable String value, @Nullable Boolean revoked) {
        if (value == null || value.isBlank() || revoked == null) {
            throw invalid("Say in 'value' what is revoked, and whether it is 'revoked'");
        }
        try {
            this.revocations.change(kind, value, revoked);
        }
        catch (IllegalArgumentException ex) {
            throw invalid("What can be revoked is identity, payer or delegation");
        }
        catch (UnsupportedOperationException ex) {
            throw invalid("The application's own registry takes no revocations from here");
        }
        String what = kind.toLowerCase(Locale.ROOT);
        this.journal.record(revoked ? "revoked" : "revocation_taken_back",
                (revoked ? "revoked a right to buy: " : "took back a revocation: ") + what,
                Map.of("kind", what, "value", value));
    }

    boolean reconcile() {
        boolean begun = this.reconciler != null && this.reconciler.begin();
        if (begun) {
            this.journal.record("reconciliation_begun", "began a reconciliation", Map.of());
        }
        return begun;
    }

    /**
     * Ends a payment whose outcome is unknown.
     * @param id the payment's id
     * @param settled whether it was settled
     * @param transaction the transaction that settled it, or {@code null}
     */
    void resolve(String id, @Nullable Boolean settled, @Nullable String transaction) {
        PaymentKey key = PaymentKey.ofReference(id).orElse(null);
        if (key == null || settled == null || settled != (transaction != null)) {
            throw invalid("Name a payment, and say either that it was 'settled', with its 'transaction', or not");
        }
        if (this.reconciler == null) {
            throw invalid("The application's own ledger ends no payments");
        }
        String obstacle;
        try {
            obstacle = (transaction != null) ? this.reconciler.settled(key, transaction)
                    : this.reconciler.notSettled(key);
        }
        catch (LedgerException ex) {
            throw new IllegalStateException("The ledger is unavailable", ex);
        }
        if (obstacle != null) {
            throw invalid(obstacle);
        }
        Map<String, String> details = new HashMap<>(Map.of("network", key.network().toString(), "asset", key.asset(),
                "payer", key.payer(), "nonce", key.nonce()));
        String told = "ended a payment on " + key.network();
        if (transaction != null) {
            details.put("transaction", transaction);
            this.journal.record("payment_settled", told + " as settled", details);
        }
        else {
            this.journal.record("payment_not_settled", told + " as not settled", details);
        }
    }

    void end(String id, @Nullable String caller, @Nullable String payer) {
        try {
            this.tasks.end(key(id, caller, payer));
        }
        catch (LedgerException ex) {
            throw new IllegalStateException("The task could not be ended", ex);
        }
        Map<String, String> details = new HashMap<>(Map.of("task", id));
        details.put((caller != null) ? "caller" : "payer", (caller != null) ? caller : String.valueOf(payer));
        this.journal.record("task_ended", "ended a task", details);
    }

    private static TaskKey key(String id, @Nullable String caller, @Nullable String payer) {
        if (caller != null && payer == null) {
            return TaskKey.ofCaller(caller, id);
        }
        if (payer != null && caller == null) {
            return TaskKey.ofPayer(payer, id);
        }
        throw invalid("Say whose task it is: either 'caller' or 'payer'");
    }

    static InvalidEndpointRequestException invalid(String message) {
        return new InvalidEndpointRequestException(message, message);
    }

}

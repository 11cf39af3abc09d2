package io.github.x402spring.autoconfigure.actuate;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import io.github.x402spring.autoconfigure.actuate.PaymentsView.PaymentsRequest;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.reconcile.Reconciler;

/**
 * {@link Endpoint @Endpoint} for payments and their timelines. With unrestricted access
 * it also reconciles unknown settlements and ends payments whose outcome is unknown.
 */
@Endpoint(id = "x402payments", defaultAccess = Access.READ_ONLY)
final class X402PaymentsEndpoint {

    private static final String NOTHING_TO_ASK = "Nothing can tell the outcome of a payment. Add org.web3j:core and set "
            + "x402.evm.rpc-urls to a node of the network, or declare a SettlementInquiry.";

    private final @Nullable PaymentsView payments;

    private final @Nullable Reconciler reconciler;

    private final OperatorJournal journal;

    private final Show showValues;

    X402PaymentsEndpoint(@Nullable PaymentsView payments, @Nullable Reconciler reconciler, OperatorJournal journal,
            Show showValues) {
        this.payments = payments;
        this.reconciler = reconciler;
        this.journal = journal;
        this.showValues = showValues;
    }

    /** Returns {@code null} if no payments are recorded. */
    @ReadOperation
    PaymentsView.@Nullable Payments list(@Nullable String endpoint, @Nullable String state, @Nullable String payer,
            @Nullable String caller, @Nullable String from, @Nullable String to, @Nullable String after,
            @Nullable Integer limit) {
        return list(new PaymentsRequest(endpoint, state, payer, caller, from, to, after, limit),
                this.showValues == Show.ALWAYS);
    }

    PaymentsView.@Nullable Payments list(PaymentsRequest request, boolean showValues) {
        return (this.payments != null) ? this.payments.list(request, showValues) : null;
    }

    /** Returns {@code null} if there is no payment that may be shown. */
    @ReadOperation
    PaymentsView.@Nullable Timeline show(@Selector String id) {
        return show(id, this.showValues == Show.ALWAYS);
    }

    PaymentsView.@Nullable Timeline show(String id, boolean showValues) {
        return (this.payments != null) ? this.payments.timeline(id, showValues) : null;
    }

    @WriteOperation
    Reconciliation reconcile() {
        boolean begun = this.reconciler != null && this.reconciler.begin();
        if (begun) {
            this.journal.record("reconciliation_begun", "began a reconciliation", Map.of());
        }
        return new Reconciliation(begun, begun ? null : NOTHING_TO_ASK);
    }

    @WriteOperation
    ResolvedPayment resolve(@Selector String id, boolean settled, @Nullable String transaction) {
        PaymentKey key = PaymentKey.ofReference(id).orElse(null);
        if (key == null || settled != (transaction != null)) {
            throw X402Endpoint
                .invalid("Name a payment, and say either that it was 'settled', with its 'transaction', or not");
        }
        if (this.reconciler == null) {
            throw X402Endpoint.invalid("The application's own ledger ends no payments");
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
            throw X402Endpoint.invalid(obstacle);
        }
        record(key, transaction);
        return new ResolvedPayment(id, settled);
    }

    private void record(PaymentKey key, @Nullable String transaction) {
        Map<String, String> details = new HashMap<>(Map.of("network", key.network().toString(), "asset", key.asset(),
                "payer", key.payer(), "nonce", key.nonce()));
        if (transaction != null) {
            details.put("transaction", transaction);
        }
        String outcome = (transaction != null) ? "settled" : "not settled";
        this.journal.record((transaction != null) ? "payment_settled" : "payment_not_settled",
                "ended a payment on " + key.network() + " as " + outcome, details);
    }

    /** Payment of unknown outcome that was ended. */
    record ResolvedPayment(String id, boolean settled) {
    }

    /** Whether a reconciliation was begun, and why not. */
    record Reconciliation(boolean begun, @Nullable String reason) {
    }

}

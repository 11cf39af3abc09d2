package io.github.x402spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.util.Assert;

import io.github.x402spring.actuate.PaymentsView.PaymentsRequest;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.operator.SellerSources;

/**
 * Shows what is sold and paid. Where {@code management.endpoint.x402.access} is
 * {@code unrestricted}, it also switches payments off, pauses endpoints, revokes, ends
 * tasks, asks about settlements and ends payments whose outcome is unknown: a caller of
 * it can stop all sales then, so it has to be guarded as other endpoints of Actuator that
 * change something.
 *
 * @since 0.1.0
 */
@Endpoint(id = "x402", defaultAccess = Access.READ_ONLY)
public final class X402Endpoint {

    private static final String NOTHING_TO_ASK = "Nothing can tell the outcome of a payment. Add org.web3j:core and set "
            + "x402.evm.rpc-urls to a node of the network, or declare a SettlementInquiry.";

    private static final String PAYMENTS = "payments";

    private final SellerView seller;

    private final @Nullable PaymentsView payments;

    private final SellerOperations operations;

    private final Show showValues;

    /**
     * Creates an endpoint.
     * @param sources what is shown
     * @param operations what can be changed
     * @param showValues whether it is shown who paid, where nobody knows who asks
     */
    public X402Endpoint(SellerSources sources, SellerOperations operations, Show showValues) {
        Assert.notNull(sources, "'sources' must not be null");
        Assert.notNull(operations, "'operations' must not be null");
        Assert.notNull(showValues, "'showValues' must not be null");
        PaymentHistory history = sources.history();
        this.seller = new SellerView(sources);
        this.payments = (history != null) ? new PaymentsView(history, sources.format()) : null;
        this.operations = operations;
        this.showValues = showValues;
    }

    /**
     * Shows what is for sale, what came of it, and how the ledger and the facilitator
     * are.
     * @return all of it
     */
    @ReadOperation
    public Object seller() {
        return this.seller.describe();
    }

    /**
     * Lists payments, those first that were presented last.
     * @param section what to list: {@code payments}
     * @param endpoint the name of a paid endpoint, or {@code null}
     * @param state a state, or {@code null}
     * @param payer a payer's address, or {@code null}
     * @param caller the name of a caller, or {@code null}
     * @param from the beginning of a time, or {@code null}
     * @param to the end of a time, or {@code null}
     * @param after where the page begins, or {@code null} for the first page
     * @param limit how many at most, or {@code null}
     * @return the payments, or {@code null} if there is no such section
     */
    @ReadOperation
    public @Nullable Object list(@Selector String section, @Nullable String endpoint, @Nullable String state,
            @Nullable String payer, @Nullable String caller, @Nullable String from, @Nullable String to,
            @Nullable String after, @Nullable Integer limit) {
        return list(section, new PaymentsRequest(endpoint, state, payer, caller, from, to, after, limit),
                this.showValues == Show.ALWAYS);
    }

    @Nullable Object list(String section, PaymentsRequest request, boolean showValues) {
        return (this.payments != null && PAYMENTS.equals(section)) ? this.payments.list(request, showValues) : null;
    }

    /**
     * Shows one payment and what happened to it.
     * @param section what to show: {@code payments}
     * @param id the payment's id
     * @return the payment, or {@code null} if there is none that may be shown
     */
    @ReadOperation
    public @Nullable Object show(@Selector String section, @Selector String id) {
        return show(section, id, this.showValues == Show.ALWAYS);
    }

    @Nullable Object show(String section, String id, boolean showValues) {
        return (this.payments != null && PAYMENTS.equals(section)) ? this.payments.timeline(id, showValues) : null;
    }

    /**
     * Has payments taken or refused from now on, until the next start. Those that were
     * admitted are finished.
     * @param accepting whether to take them
     * @return whether they are taken now
     */
    @WriteOperation
    public PaymentStatus accept(boolean accepting) {
        this.operations.accept(accepting);
        return new PaymentStatus(this.operations.intake().accepting());
    }

    /**
     * Asks at once what became of payments whose settlement is unknown.
     * @param section what to do: {@code reconciliation}
     * @return whether somebody is asked, and why not
     */
    @WriteOperation
    public Begun begin(@Selector String section) {
        if (!"reconciliation".equals(section)) {
            throw SellerOperations.invalid("There is nothing of this kind to begin");
        }
        boolean begun = this.operations.reconcile();
        return new Begun(begun, begun ? null : NOTHING_TO_ASK);
    }

    /**
     * Changes one thing. Whose task it is, or what is revoked, stands in the body,
     * because names of callers may have characters that no path takes.
     * @param section what to change: {@code tasks}, {@code endpoints}, {@code payments}
     * or {@code revocations}
     * @param id the task's id, the endpoint's name, the payment's id, or what kind of
     * thing is revoked: {@code identity}, {@code payer} or {@code delegation}
     * @param caller the name of the caller whose task is ended, or {@code null}
     * @param payer the address of the wallet whose task is ended where nobody knows the
     * caller by name, or {@code null}; exactly one of both is given
     * @param paused whether to pause the endpoint
     * @param value the caller's name, the payer's address, or the delegation's id
     * @param revoked whether to revoke it
     * @param settled whether a payment of unknown outcome was settled
     * @param transaction the hash of the transaction that settled it, or {@code null}
     * @return what was changed
     */
    @WriteOperation
    public Object change(@Selector String section, @Selector String id, @Nullable String caller, @Nullable String payer,
            @Nullable Boolean paused, @Nullable String value, @Nullable Boolean revoked, @Nullable Boolean settled,
            @Nullable String transaction) {
        switch (section) {
            case "tasks" -> {
                this.operations.end(id, caller, payer);
                return new EndedTask(id, true);
            }
            case "endpoints" -> {
                this.operations.pause(id, paused);
                return new PausedEndpoint(id, Boolean.TRUE.equals(paused));
            }
            case PAYMENTS -> {
                this.operations.resolve(id, settled, transaction);
                return new ResolvedPayment(id, Boolean.TRUE.equals(settled));
            }
            case "revocations" -> {
                this.operations.revoke(id, value, revoked);
                return new Revocation(id, Boolean.TRUE.equals(revoked));
            }
            default -> throw SellerOperations.invalid("There is nothing of this kind to change");
        }
    }

    /** Whether new payments are accepted at the moment. */
    record PaymentStatus(boolean accepting) {
    }

    /** Task that was ended. */
    record EndedTask(String id, boolean ended) {
    }

    /** Endpoint that was paused, or is not any more. */
    record PausedEndpoint(String name, boolean paused) {
    }

    /** Payment of unknown outcome that was ended. */
    record ResolvedPayment(String id, boolean settled) {
    }

    /** What was revoked, or is not any more. */
    record Revocation(String kind, boolean revoked) {
    }

    /** Whether something was begun, and why not. */
    record Begun(boolean begun, @Nullable String reason) {
    }

}

package io.github.x402spring.gate;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeListener.Exchange;
import io.github.x402spring.exchange.ExchangeListener.Scope;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Record of one request for a paid endpoint, of which listeners are notified. The gate
 * records the payment, the adapter the response. Does nothing where there is no listener.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class ExchangeTrack {

    /** Record of a request that has no listener. */
    public static final ExchangeTrack UNOBSERVED = new ExchangeTrack(null, null);

    private final @Nullable ExchangeStart start;

    private final @Nullable Exchange exchange;

    private final AtomicBoolean ended = new AtomicBoolean();

    private volatile ExchangeDecision decision = ExchangeDecision.REFUSED;

    private volatile @Nullable Reason reason;

    private volatile @Nullable ClaimedPayment payment;

    private volatile @Nullable String transaction;

    private volatile FacilitatorRemark remark = FacilitatorRemark.NONE;

    private volatile int status;

    private ExchangeTrack(@Nullable ExchangeStart start, @Nullable Exchange exchange) {
        this.start = start;
        this.exchange = exchange;
    }

    static ExchangeTrack begin(ExchangeListener listener, ExchangeStart start) {
        Exchange exchange = listener.started(start);
        return (exchange != null) ? new ExchangeTrack(start, exchange) : UNOBSERVED;
    }

    /**
     * Tells whether there is a listener.
     * @return whether there is
     */
    public boolean observed() {
        return this.exchange != null;
    }

    /**
     * Begins a part of the exchange that calls facilitator, ledger or policy.
     * @return what ends the part, on the same thread, or {@code null}
     */
    public @Nullable Scope enter() {
        return (this.exchange != null) ? this.exchange.enter() : null;
    }

    /**
     * Records which payment the request carries, once its terms are known, and again when
     * it was verified.
     * @param terms the terms of ours that it accepts
     * @param payer the payer's address in lower case
     * @param verified whether the payment was verified
     */
    void claimed(PaymentRequirements terms, String payer, boolean verified) {
        if (this.exchange != null) {
            this.payment = new ClaimedPayment(terms, payer, verified);
        }
    }

    void decided(Permission permission) {
        if (this.exchange != null) {
            this.exchange.decided(permission);
        }
    }

    void remarked(FacilitatorRemark remark) {
        if (this.exchange != null) {
            this.remark = remark;
        }
    }

    /** Tells whether the listener lets the payment be sent. */
    boolean settling() {
        ClaimedPayment payment = this.payment;
        return this.exchange == null || (payment != null && this.exchange.settling(payment));
    }

    void admitted(AdmittedPayment admitted) {
        if (this.exchange == null) {
            return;
        }
        claimed(admitted.offer().requirements(), admitted.payment().payer(), true);
        this.decision = ExchangeDecision.RELEASED;
        SettleResponse receipt = admitted.receipt();
        if (receipt != null) {
            settled(receipt);
            this.decision = decision(admitted);
        }
    }

    private static ExchangeDecision decision(AdmittedPayment settled) {
        if (!settled.redelivered()) {
            return ExchangeDecision.SETTLED;
        }
        return (settled.storedResponse() != null) ? ExchangeDecision.REPEATED : ExchangeDecision.REDELIVERED;
    }

    /** Records that a stored response is not delivered. */
    void withheld() {
        ClaimedPayment payment = this.payment;
        this.payment = (payment != null) ? new ClaimedPayment(payment.terms(), payment.payer(), false) : null;
        this.transaction = null;
    }

    void settled(SettleResponse receipt) {
        if (this.exchange != null) {
            this.decision = ExchangeDecision.SETTLED;
            this.transaction = receipt.transaction();
        }
    }

    /**
     * Records a status that is not the gate's.
     * @param status the status
     */
    public void responded(int status) {
        if (this.exchange != null) {
            this.status = status;
        }
    }

    /**
     * Records why nothing is delivered. A payment that was settled stays settled.
     * @param reason why
     * @param status the status
     */
    public void refused(Reason reason, int status) {
        if (this.exchange != null) {
            this.reason = reason;
            this.status = status;
            if (this.transaction == null) {
                this.decision = ExchangeDecision.of(reason);
            }
        }
    }

    /**
     * Notifies the listener of the end of the exchange, once.
     * @param response supplies what left of the handler's own response; asked only if the
     * listener is notified
     */
    public void end(Supplier<DeliveredResponse> response) {
        ExchangeStart start = this.start;
        Exchange exchange = this.exchange;
        if (start != null && exchange != null && this.ended.compareAndSet(false, true)) {
            exchange.ended(new ExchangeEnd(start, this.decision, this.reason, this.payment, this.transaction,
                    this.status, response.get(), this.remark));
        }
    }

}

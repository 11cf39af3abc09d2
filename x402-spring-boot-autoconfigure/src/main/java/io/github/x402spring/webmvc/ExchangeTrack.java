package io.github.x402spring.webmvc;

import java.security.Principal;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.RequestIds;
import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.ClaimedPayment;
import io.github.x402spring.gate.DeliveredAnswer;
import io.github.x402spring.gate.DeliveredAnswer.Delivery;
import io.github.x402spring.gate.ExchangeDecision;
import io.github.x402spring.gate.ExchangeEnd;
import io.github.x402spring.gate.ExchangeListener;
import io.github.x402spring.gate.ExchangeListener.Exchange;
import io.github.x402spring.gate.ExchangeListener.Scope;
import io.github.x402spring.gate.ExchangeStart;
import io.github.x402spring.gate.PaidEndpointDefinition;
import io.github.x402spring.gate.PaymentAuthorizer.Permission;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.PaymentHoldFilter.IncludeRefusedException;

/**
 * Follows a request for a paid endpoint, and tells the listener, once, what became of it.
 * Does nothing where nobody listens.
 */
final class ExchangeTrack {

    private static final ExchangeTrack UNHEARD = new ExchangeTrack(null, null);

    private static final int MAX_DEPTH = 10;

    private final @Nullable ExchangeStart start;

    private final @Nullable Exchange exchange;

    private final AtomicBoolean ended = new AtomicBoolean();

    private volatile ExchangeDecision decision = ExchangeDecision.REFUSED;

    private volatile @Nullable Reason reason;

    private volatile @Nullable ClaimedPayment payment;

    private volatile @Nullable String transaction;

    private volatile FacilitatorRemark remark = FacilitatorRemark.NONE;

    private volatile int status;

    /** Whether what left is the handler's own answer. */
    private volatile boolean answered;

    private volatile boolean overflowed;

    private ExchangeTrack(@Nullable ExchangeStart start, @Nullable Exchange exchange) {
        this.start = start;
        this.exchange = exchange;
    }

    static ExchangeTrack begin(@Nullable ExchangeListener listener, PaidEndpointDefinition endpoint,
            HttpServletRequest request) {
        if (listener == null || !listener.listens()) {
            return UNHEARD;
        }
        RequestIds ids = RequestIds.of(request);
        Principal caller = request.getUserPrincipal();
        ExchangeStart start = new ExchangeStart(endpoint, ExchangeStart.X402, ids.requestId(), ids.traceId(),
                (caller != null) ? caller.getName() : null, (caller != null) ? caller.getClass().getSimpleName() : null,
                ids.clientRequestId());
        Exchange exchange = listener.started(start);
        return (exchange != null) ? new ExchangeTrack(start, exchange) : UNHEARD;
    }

    /** Begins a part that asks others. */
    @Nullable Scope enter() {
        return (this.exchange != null) ? this.exchange.enter() : null;
    }

    void claimed(PaymentRequirements terms, String payer, boolean verified) {
        if (this.exchange != null) {
            this.payment = new ClaimedPayment(terms, payer, verified);
        }
    }

    void decided(@Nullable Permission permission) {
        if (this.exchange != null) {
            this.exchange.decided(permission);
        }
    }

    void remarked(FacilitatorRemark remark) {
        this.remark = remark;
    }

    /** Tells whether the payment may be sent to be settled. */
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
        return (settled.answer() != null) ? ExchangeDecision.REPEATED : ExchangeDecision.REDELIVERED;
    }

    /** Hears when the client turns out to be gone. */
    void watch(HttpServletResponse response, Runnable whenGone) {
        CountedResponse counted = (this.exchange != null) ? WebUtils.getNativeResponse(response, CountedResponse.class)
                : null;
        if (counted != null) {
            counted.whenGone(whenGone);
        }
    }

    void settled(SettleResponse receipt) {
        if (this.exchange != null) {
            this.decision = ExchangeDecision.SETTLED;
            this.transaction = receipt.transaction();
        }
    }

    /** The handler's own answer leaves. */
    void answered(HeldResponse held) {
        if (this.exchange != null) {
            this.status = held.getStatus();
            this.answered = true;
            this.overflowed = held.body().overflowed();
        }
    }

    /** Whatever is said of it now, a payment that was settled stays settled. */
    void refused(Reason reason, int status) {
        if (this.exchange != null) {
            this.reason = reason;
            this.status = status;
            if (this.transaction == null) {
                this.decision = ExchangeDecision.of(reason);
            }
        }
    }

    /**
     * An exception leaves the handler, or nothing came at all. Who answers it now is
     * further out: what the answer will be follows from the exception.
     */
    void failed(@Nullable Throwable thrown, HttpServletRequest request, HttpServletResponse response) {
        if (this.exchange == null) {
            return;
        }
        this.status = (thrown != null) ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : response.getStatus();
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof IncludeRefusedException refused) {
                this.status = refused.status();
                return;
            }
            boolean unknown = cause instanceof AuthenticationException;
            if (unknown || cause instanceof AccessDeniedException) {
                Reason denial = (unknown || request.getUserPrincipal() == null) ? Reason.UNAUTHENTICATED
                        : Reason.FORBIDDEN;
                refused(denial, denial.status());
                return;
            }
            cause = cause.getCause();
        }
    }

    /**
     * Tells the listener, if nobody did.
     * @param delivered whether an answer that was paid for was delivered; {@code null} if
     * there was none
     * @param response leads to the client
     */
    void end(@Nullable Boolean delivered, HttpServletResponse response) {
        ExchangeStart start = this.start;
        Exchange exchange = this.exchange;
        if (start == null || exchange == null || !this.ended.compareAndSet(false, true)) {
            return;
        }
        Delivery delivery = (delivered == null) ? Delivery.NONE : delivered ? Delivery.WHOLE : Delivery.BROKEN;
        CountedResponse counted = this.answered ? WebUtils.getNativeResponse(response, CountedResponse.class) : null;
        DeliveredAnswer answer = (counted != null) ? counted.delivered(delivery, this.overflowed)
                : new DeliveredAnswer(delivery, 0, null, this.overflowed);
        exchange.ended(new ExchangeEnd(start, this.decision, this.reason, this.payment, this.transaction, this.status,
                answer, this.remark));
    }

}

package io.github.x402spring.webmvc;

import java.security.Principal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.RequestIds;
import io.github.x402spring.exchange.DeliveredAnswer;
import io.github.x402spring.exchange.DeliveredAnswer.Delivery;
import io.github.x402spring.exchange.ExchangeListener.Scope;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.gate.ExchangeTrack;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.webmvc.PaymentHoldFilter.IncludeRefusedException;

/**
 * Record of a request for a paid endpoint, with what a servlet container knows of it.
 */
final class ServletExchangeTrack {

    private static final int MAX_DEPTH = 10;

    private final ExchangeTrack track;

    /** Whether what left is the handler's own answer. */
    private volatile boolean answered;

    private volatile boolean overflowed;

    ServletExchangeTrack(ExchangeTrack track) {
        this.track = track;
    }

    static ServletExchangeTrack begin(PaymentGate gate, PaidEndpointDefinition endpoint, HttpServletRequest request) {
        return new ServletExchangeTrack(gate.begin(() -> start(endpoint, request)));
    }

    private static ExchangeStart start(PaidEndpointDefinition endpoint, HttpServletRequest request) {
        RequestIds ids = ServletRequestIds.of(request);
        Principal caller = request.getUserPrincipal();
        return new ExchangeStart(endpoint, ExchangeStart.X402, ids.requestId(), ids.traceId(),
                (caller != null) ? caller.getName() : null, (caller != null) ? caller.getClass().getSimpleName() : null,
                ids.clientRequestId());
    }

    ExchangeTrack track() {
        return this.track;
    }

    /** Begins a part that asks others. */
    @Nullable Scope enter() {
        return this.track.enter();
    }

    /** Hears when the client turns out to be gone. */
    void watch(HttpServletResponse response, Runnable whenGone) {
        CountedResponse counted = this.track.heard() ? WebUtils.getNativeResponse(response, CountedResponse.class)
                : null;
        if (counted != null) {
            counted.whenGone(whenGone);
        }
    }

    /** The handler's own answer leaves. */
    void answered(HeldResponse held) {
        this.track.responded(held.getStatus());
        this.answered = true;
        this.overflowed = held.body().overflowed();
    }

    void refused(Reason reason, int status) {
        this.track.refused(reason, status);
    }

    /**
     * An exception leaves the handler, or nothing came at all. The response is written
     * further out: what it will be follows from the exception.
     */
    void failed(@Nullable Throwable thrown, HttpServletRequest request, HttpServletResponse response) {
        this.track.responded((thrown != null) ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : response.getStatus());
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof IncludeRefusedException refused) {
                this.track.responded(refused.status());
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
     * Ends the record, once.
     * @param delivered whether an answer that was paid for was delivered; {@code null} if
     * there was none
     * @param response leads to the client
     */
    void end(@Nullable Boolean delivered, HttpServletResponse response) {
        Delivery delivery = (delivered == null) ? Delivery.NONE : delivered ? Delivery.WHOLE : Delivery.BROKEN;
        this.track.end(() -> delivered(delivery, response));
    }

    private DeliveredAnswer delivered(Delivery delivery, HttpServletResponse response) {
        CountedResponse counted = this.answered ? WebUtils.getNativeResponse(response, CountedResponse.class) : null;
        return (counted != null) ? counted.delivered(delivery, this.overflowed)
                : new DeliveredAnswer(delivery, 0, null, this.overflowed);
    }

}

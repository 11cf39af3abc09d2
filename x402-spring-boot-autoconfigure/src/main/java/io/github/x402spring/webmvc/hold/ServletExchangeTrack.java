package io.github.x402spring.webmvc.hold;

import java.security.Principal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.RequestIds;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.exchange.ExchangeListener.Scope;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.gate.ExchangeTrack;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.webmvc.hold.PaymentHoldFilter.IncludeRefusedException;

/**
 * Record of a request for a paid endpoint, with what a servlet container knows of it.
 *
 * @since 0.1.0
 */
public final class ServletExchangeTrack {

    private static final int MAX_DEPTH = 10;

    private final ExchangeTrack track;

    /** Whether the response that left is the handler's own. */
    private volatile boolean handlerResponded;

    private volatile boolean overflowed;

    ServletExchangeTrack(ExchangeTrack track) {
        this.track = track;
    }

    /**
     * Begins the record of a request.
     * @param gate has the listeners
     * @param endpoint the endpoint that the request leads to
     * @param request the request
     * @return the record
     */
    public static ServletExchangeTrack begin(PaymentGate gate, PaidEndpointDefinition endpoint,
            HttpServletRequest request) {
        return new ServletExchangeTrack(gate.begin(() -> start(endpoint, request)));
    }

    private static ExchangeStart start(PaidEndpointDefinition endpoint, HttpServletRequest request) {
        RequestIds ids = RequestIds.of(request::getAttribute, request::setAttribute, request::getHeader);
        Principal caller = request.getUserPrincipal();
        return new ExchangeStart(endpoint, ExchangeStart.X402, ids.requestId(), ids.traceId(),
                (caller != null) ? caller.getName() : null, (caller != null) ? caller.getClass().getSimpleName() : null,
                ids.clientRequestId());
    }

    /**
     * Returns the record as the gate knows it.
     * @return the record
     */
    public ExchangeTrack track() {
        return this.track;
    }

    /**
     * Begins a part that asks others.
     * @return the part, to be closed; {@code null} if there is no listener
     */
    public @Nullable Scope enter() {
        return this.track.enter();
    }

    /** Has an action run when the client turns out to be gone. */
    void watch(HttpServletResponse response, Runnable whenGone) {
        CountedResponse counted = this.track.observed() ? WebUtils.getNativeResponse(response, CountedResponse.class)
                : null;
        if (counted != null) {
            counted.whenGone(whenGone);
        }
    }

    /** Records that the handler's own response leaves. */
    void handlerResponded(HeldResponse held) {
        this.track.responded(held.getStatus());
        this.handlerResponded = true;
        this.overflowed = held.body().overflowed();
    }

    /**
     * Notes that nothing is delivered.
     * @param reason why
     * @param status the status of the response
     */
    public void refused(Reason reason, int status) {
        this.track.refused(reason, status);
    }

    /**
     * Records that an exception left the handler, or that there was no response. The
     * response is written further out: its status follows from the exception.
     * @param thrown the exception, or {@code null} if there was none
     * @param request the request
     * @param response leads to the client
     */
    public void failed(@Nullable Throwable thrown, HttpServletRequest request, HttpServletResponse response) {
        this.track.responded((thrown != null) ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : response.getStatus());
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof IncludeRefusedException refused) {
                this.track.responded(refused.substitute().status());
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
     * @param delivered whether a response that was paid for was delivered; {@code null}
     * if there was none
     * @param response leads to the client
     */
    public void end(@Nullable Boolean delivered, HttpServletResponse response) {
        Delivery delivery = (delivered == null) ? Delivery.NONE : delivered ? Delivery.WHOLE : Delivery.BROKEN;
        this.track.end(() -> delivered(delivery, response));
    }

    private DeliveredResponse delivered(Delivery delivery, HttpServletResponse response) {
        CountedResponse counted = this.handlerResponded ? WebUtils.getNativeResponse(response, CountedResponse.class)
                : null;
        return (counted != null) ? counted.delivered(delivery, this.overflowed)
                : new DeliveredResponse(delivery, 0, null, this.overflowed);
    }

}

package io.github.x402spring.webmvc.hold;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.webmvc.hold.BeforeHold.EarlierResponse;
import io.github.x402spring.webmvc.hold.PaymentResponses.Response;

/**
 * Filter that owns the response of a request with a payment: it puts a wrapper under it
 * that can hold, and ends the payment when the handler has returned. Requests in which
 * {@link PaymentRequestFilter} found no payment pass untouched.
 * <p>
 * Belongs just inside Spring Security's filter chain, so that exceptions still find an
 * uncommitted response there.
 */
final class PaymentHoldFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(PaymentHoldFilter.class);

    private final int maxHeldResponse;

    private final HeldMemory memory;

    private final PaymentGate gate;

    PaymentHoldFilter(PaymentGate gate, int maxHeldResponse, HeldMemory memory) {
        this.memory = memory;
        this.gate = gate;
        this.maxHeldResponse = maxHeldResponse;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (WebUtils.getNativeRequest(request, BindableRequest.class) == null) {
            guardIncludes(request, response, chain);
            return;
        }
        HttpServletRequest held = request;
        HttpServletResponse passed = response;
        if (WebUtils.getNativeResponse(response, HoldableResponse.class) == null) {
            HoldableResponse holdable = new HoldableResponse(counted(response), this.maxHeldResponse, this.memory);
            held = new HoldableRequest(request, holdable);
            passed = holdable;
        }
        HeldPayment resumed = HeldPayment.of(passed);
        if (resumed != null) {
            resumed.dispatchStarted();
        }
        try {
            guardIncludes(held, passed, chain);
        }
        catch (ServletException | IOException | RuntimeException | Error ex) {
            HeldPayment payment = HeldPayment.of(passed);
            if (payment == null) {
                throw ex;
            }
            payment.handlerThrew(ex);
            if (!payment.refused()) {
                throw ex;
            }
            log.debug("A handler went on after its payment was not settled");
            return;
        }
        HeldPayment payment = HeldPayment.of(passed);
        if (payment != null) {
            finish(request, payment);
        }
    }

    /** Counts what leaves, if there is a listener. */
    private HttpServletResponse counted(HttpServletResponse response) {
        return this.gate.counts() ? new CountedResponse(response, this.gate.digests()) : response;
    }

    /** Spring's own notion of it does not cover a handler that starts it by itself. */
    private void finish(HttpServletRequest request, HeldPayment payment) throws IOException {
        if (request.isAsyncStarted()) {
            payment.dispatchEnded();
        }
        else {
            payment.handlerReturned();
        }
    }

    /**
     * The status of an included response has no effect, so the gate leaves an included
     * handler by exception.
     */
    private void guardIncludes(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        }
        catch (ServletException | RuntimeException ex) {
            IncludeRefusedException refused = IncludeRefusedException.in(ex);
            if (refused == null || response.isCommitted()) {
                throw ex;
            }
            HeldPayment payment = HeldPayment.of(response);
            if (payment != null) {
                payment.handlerThrew(refused);
            }
            refused.earlier().restore(response);
            refused.substitute().write(request, response);
        }
    }

    /**
     * Thrown to leave the page that includes a paid handler.
     */
    static final class IncludeRefusedException extends RuntimeException {

        private final transient Response substitute;

        private final transient EarlierResponse earlier;

        IncludeRefusedException(Response substitute, HttpServletResponse response) {
            super("A paid handler was included into a page without a payment");
            HeldPayment other = HeldPayment.of(response);
            this.substitute = substitute;
            this.earlier = (other != null) ? other.earlier() : EarlierResponse.of(response);
        }

        Response substitute() {
            return this.substitute;
        }

        /** The page's response before anything paid became part of it. */
        EarlierResponse earlier() {
            return this.earlier;
        }

        static @Nullable IncludeRefusedException in(Throwable thrown) {
            Throwable cause = thrown;
            for (int depth = 0; cause != null && depth < 10; depth++) {
                if (cause instanceof IncludeRefusedException refused) {
                    return refused;
                }
                cause = cause.getCause();
            }
            return null;
        }

    }

}

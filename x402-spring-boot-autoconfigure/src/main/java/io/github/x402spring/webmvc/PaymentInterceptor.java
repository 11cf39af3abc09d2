package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerInterceptor;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.endpoint.RegisteredEndpoint.Mapping;
import io.github.x402spring.exchange.ExchangeListener.Scope;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.PaymentAttempt;
import io.github.x402spring.gate.PaymentDecision;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.http.PaymentDialect;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.http.PaymentTermsFactory;
import io.github.x402spring.http.PresentedPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.webmvc.hold.HeldPayment;
import io.github.x402spring.webmvc.hold.HeldResponse;
import io.github.x402spring.webmvc.hold.PaymentChallengeWriter;
import io.github.x402spring.webmvc.hold.PaymentResponses;
import io.github.x402spring.webmvc.hold.PaymentResponses.Response;
import io.github.x402spring.webmvc.hold.ServletExchangeTrack;

/**
 * Interceptor that decides whether a paid handler may run. It keys on the handler and
 * never on a path, so that no other spelling of an address passes.
 *
 * @since 0.1.0
 */
public final class PaymentInterceptor implements HandlerInterceptor, SmartInitializingSingleton {

    private static final Logger logger = LoggerFactory.getLogger(PaymentInterceptor.class);

    private final PaidEndpointRegistry registry;

    private final RequestTerms terms;

    private final PaymentGate gate;

    private final PaymentAuthorizer authorizer;

    private final PaymentDialect preferred;

    private final PaymentDialects dialects;

    private final PaymentResponses responses;

    private final FunctionGate functions;

    /**
     * Creates an interceptor.
     * @param registry knows which handler methods are paid
     * @param termsFactory states what a request costs
     * @param gate judges payments
     * @param authorizer decides whether a caller has to authenticate
     * @param dialects read and write payment headers
     * @param writer renders challenges and refusals
     * @param simulated whether settlements are simulated, so that responses have to say
     * so
     * @param unpaidFunctions has functional endpoints served without payment in tests;
     * {@code null} if they are paid
     */
    public PaymentInterceptor(PaidEndpointRegistry registry, PaymentTermsFactory termsFactory, PaymentGate gate,
            PaymentAuthorizer authorizer, PaymentDialects dialects, PaymentChallengeWriter writer, boolean simulated,
            @Nullable UnpaidFunctions unpaidFunctions) {
        this.registry = registry;
        this.terms = new RequestTerms(termsFactory, registry.settings(), dialects);
        this.gate = gate;
        this.authorizer = authorizer;
        this.preferred = dialects.preferred();
        this.dialects = dialects;
        this.responses = new PaymentResponses(dialects, writer, gate::accepting, simulated);
        this.functions = new FunctionGate(this, unpaidFunctions);
    }

    /**
     * Returns the post-processor of controllers and handler functions that are behind a
     * proxy. It adds what has to be done inside of the proxy: to settle what is paid
     * upfront, and to notice denials that method security turns into values.
     * @return the post-processor
     */
    public static BeanPostProcessor handlerProxies() {
        return new PaidHandlerProxies();
    }

    /**
     * Returns the resolver of {@link VerifiedPayment} parameters of controller methods.
     * @return the resolver
     */
    public static HandlerMethodArgumentResolver paymentArgumentResolver() {
        return new VerifiedPaymentArgumentResolver();
    }

    /** Checks what the registry has found by then. */
    @Override
    public void afterSingletonsInstantiated() {
        for (Mapping mapping : this.registry.mappings()) {
            mapping.patterns().forEach((pattern) -> this.terms.check(mapping.endpoint(), pattern));
        }
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws Exception {
        UngatedFunctions.check(handler);
        RegisteredEndpoint endpoint = (handler instanceof HandlerMethod method) ? this.registry.find(method) : null;
        if (!(handler instanceof HandlerMethod handlerMethod) || endpoint == null) {
            approachOther(request, response);
            return true;
        }
        if (admitted(endpoint, request)) {
            HeldPayment payment = HeldPayment.of(response);
            if (payment != null) {
                payment.approach();
            }
            return true;
        }
        ServletExchangeTrack track = ServletExchangeTrack.begin(this.gate, endpoint.definition(), request);
        Response substitute = substitute(endpoint, handlerMethod, request, response, track);
        if (substitute == null) {
            return true;
        }
        refuse(substitute, request, response, response, track);
        return false;
    }

    /**
     * Gates a handler function.
     * @return the response to give in its place, or {@code null} if it may run
     */
    @Nullable HeldResponse admitFunction(RegisteredEndpoint endpoint, @Nullable HandlerMethod handler, HttpServletRequest request,
            HttpServletResponse response) throws IOException {
        if (admitted(endpoint, request)) {
            HeldPayment payment = HeldPayment.of(response);
            if (payment != null) {
                payment.approach();
            }
            return null;
        }
        ServletExchangeTrack track = ServletExchangeTrack.begin(this.gate, endpoint.definition(), request);
        Response substitute = substitute(endpoint, handler, request, response, track);
        if (substitute == null) {
            return null;
        }
        HeldResponse rendered = HeldResponse.beside(response);
        refuse(substitute, request, response, rendered, track);
        return rendered;
    }

    private static void refuse(Response substitute, HttpServletRequest request, HttpServletResponse response,
            HttpServletResponse written, ServletExchangeTrack track) throws IOException {
        if (request.getDispatcherType() == DispatcherType.INCLUDE) {
            end(track, substitute, substitute.status(), response);
            throw substitute.leavingInclude(response);
        }
        try {
            substitute.storeForErrorPage(request);
            substitute.write(request, written);
        }
        finally {
            end(track, substitute, written.getStatus(), response);
        }
    }

    PaidEndpointRegistry registry() {
        return this.registry;
    }

    FunctionGate functions() {
        return this.functions;
    }

    /** An included handler leaves the response to the page. */
    private static void approachOther(HttpServletRequest request, HttpServletResponse response) {
        DispatcherType type = request.getDispatcherType();
        HeldPayment payment = (type == DispatcherType.FORWARD || type == DispatcherType.ASYNC)
                ? HeldPayment.of(response) : null;
        if (payment != null) {
            payment.approach();
        }
    }

    /**
     * Tells whether a handler is paid for.
     * @param handler the handler
     * @return whether it is
     */
    public boolean gates(HandlerMethod handler) {
        return this.registry.find(handler) != null;
    }

    /**
     * Notes that nothing is left between a request and its paid handler but the handler's
     * own proxy, and settles what is settled upfront, unless that proxy does.
     * @param response the response, which is held
     * @param handler the handler
     * @return the payment; {@code null} if the handler may not run
     * @throws IOException if the client is gone
     */
    public @Nullable HeldPayment reach(HttpServletResponse response, HandlerMethod handler) throws IOException {
        HeldPayment payment = HeldPayment.of(response);
        if (payment == null) {
            throw new IllegalStateException("A paid handler was reached with a response that is not held");
        }
        return payment.reach(handler, PaidHandlerProxies.settles(handler.getBean())) ? payment : null;
    }

    private static boolean admitted(RegisteredEndpoint endpoint, HttpServletRequest request) {
        AdmittedRequest admitted = AdmittedRequest.of(request);
        return admitted != null && admitted.covers(endpoint, request);
    }

    /** A stored response ends with the payment that it belongs to. */
    private static void end(ServletExchangeTrack track, Response substitute, int status, HttpServletResponse response) {
        Reason reason = substitute.reason();
        if (reason != null) {
            track.refused(reason, status);
            track.end(null, response);
        }
    }

    private @Nullable Response substitute(RegisteredEndpoint endpoint, @Nullable HandlerMethod handler,
            HttpServletRequest request, HttpServletResponse response, ServletExchangeTrack track) {
        try (Scope scope = track.enter()) {
            return unguarded(endpoint, handler) ? unjudged(Reason.TEMPORARILY_UNAVAILABLE, request)
                    : judge(endpoint, request, response, track);
        }
        catch (RuntimeException | Error ex) {
            track.failed(ex, request, response);
            track.end(null, response);
            throw ex;
        }
    }

    /** Controllers that did not exist at start-up could not be looked at there. */
    private static boolean unguarded(RegisteredEndpoint endpoint, @Nullable HandlerMethod handler) {
        if (!endpoint.definition().guarded()
                || (handler != null && PaidHandlerProxies.settlesBehindGuards(handler.getBean()))) {
            return false;
        }
        logger.error("Endpoint '{}' settles before its handler runs, and method security on it is not in effect",
                endpoint.definition().name());
        return true;
    }

    /**
     * Tells whether a payment was charged whose request is refused before it is judged,
     * to whichever endpoint it leads. The ledger is asked for proved signatures only.
     * @param request the request
     * @return whether it was charged, {@code UNKNOWN} if that was not found out;
     * {@code null} if no payment is presented
     */
    public @Nullable Charged charged(HttpServletRequest request) {
        try {
            if (!this.dialects.presented(request::getHeaders)) {
                return null;
            }
            List<PaymentPayload> payments = this.dialects.readAll(request::getHeaders);
            if (payments == null) {
                return Charged.UNKNOWN;
            }
            boolean all = this.registry.knowsRecipients(request.getServletContext());
            Charged charged = Charged.NO;
            for (PaymentPayload payment : payments) {
                Charged next = this.gate.charged(payment, this.registry.recipients(), all);
                charged = (charged == Charged.UNKNOWN || next == Charged.NO) ? charged : next;
            }
            return charged;
        }
        catch (RuntimeException ex) {
            // Of a firewall, whose message quotes what it found.
            logger.debug("The payment of a refused request could not be read: {}", ex.getClass().getName());
            return Charged.UNKNOWN;
        }
    }

    /**
     * Returns the response in place of the handler's, or {@code null} to run the handler.
     */
    private @Nullable Response judge(RegisteredEndpoint endpoint, HttpServletRequest request,
            HttpServletResponse response, ServletExchangeTrack track) {
        PaymentTerms terms;
        @Nullable String task;
        try {
            task = TaskHeader.read(request::getHeaders);
            terms = this.terms.terms(endpoint, request, task);
        }
        catch (UnreadableRequestException ex) {
            return unjudged(ex.reason(), request);
        }
        catch (RuntimeException ex) {
            endpoint.priceFailed(ex);
            return unjudged(Reason.TEMPORARILY_UNAVAILABLE, request);
        }
        // There is nothing to deliver for HEAD and OPTIONS, so there is nothing to pay
        // for either.
        String method = request.getMethod();
        boolean payable = !"HEAD".equals(method) && !"OPTIONS".equals(method);
        ServletPaidExchange exchange = new ServletPaidExchange(request, terms.required().resource().url(), task);
        PresentedPayment presented = payable ? this.dialects.read(request::getHeaders) : new PresentedPayment.Absent();
        return switch (presented) {
            case PresentedPayment.Absent absent -> challenge(endpoint, terms, exchange, null);
            case PresentedPayment.NotRead notRead ->
                challenge(endpoint, terms, exchange, PresentedPayment.NotRead.ERROR);
            case PresentedPayment.Unusable(Reason reason) -> unjudged(reason, request);
            case PresentedPayment.Present present -> admit(endpoint, present, terms, exchange, response, track);
        };
    }

    private Response challenge(RegisteredEndpoint endpoint, PaymentTerms terms, PaidExchange exchange,
            @Nullable String error) {
        boolean identityRequired = this.authorizer.lacksIdentity(endpoint.definition(), exchange);
        return substitute(Reason.PAYMENT_REQUIRED, terms,
                (req, res) -> this.responses.challenge(req, res, terms, identityRequired, error));
    }

    /**
     * Refuses a request without judging its payment, which the ledger may know.
     */
    private Response unjudged(Reason reason, HttpServletRequest request) {
        Charged charged = charged(request);
        Denial denial = Denial.of(reason);
        return refusal((charged != null) ? denial.withCharged(charged) : denial);
    }

    private Response refusal(Denial denial) {
        return substitute(denial.reason(), null,
                (req, res) -> this.responses.refuse(req, res, denial, null, null, null, this.preferred));
    }

    private Response substitute(Reason reason, @Nullable PaymentTerms terms, Response.Rendering rendering) {
        return new Response(this.responses.statedReason(reason, terms), rendering);
    }

    private @Nullable Response admit(RegisteredEndpoint endpoint, PresentedPayment.Present presented,
            PaymentTerms terms, ServletPaidExchange exchange, HttpServletResponse response,
            ServletExchangeTrack track) {
        HttpServletRequest request = exchange.request();
        if (!HeldPayment.mayHold(response)) {
            logger.error("A payment for endpoint '{}' cannot be taken: its response cannot be held",
                    endpoint.definition().name());
            return unjudged(Reason.TEMPORARILY_UNAVAILABLE, request);
        }
        PaymentDecision decision = this.gate
            .admit(new PaymentAttempt(endpoint.definition(), terms.required().resource(), terms.offers(),
                    presented.payload(), exchange, () -> exchange.fingerprint(terms), track.track()));
        PaymentDialect dialect = presented.dialect();
        return switch (decision) {
            case PaymentDecision.Admitted(AdmittedPayment admitted) -> {
                byte[] stored = admitted.storedResponse();
                if (stored != null && request.getDispatcherType() == DispatcherType.INCLUDE) {
                    this.gate.withhold(admitted);
                    yield refusal(Denial.of(Reason.ANSWER_UNAVAILABLE));
                }
                HeldPayment payment = new HeldPayment(admitted, this.gate, this.responses, terms, dialect, request,
                        response, track);
                payment.hold();
                if (stored != null) {
                    payment.repeat();
                    yield Response.stored(stored);
                }
                new AdmittedRequest(endpoint, request, admitted.payment()).keepWith(request);
                yield null;
            }
            case PaymentDecision.Refused(var denial, var code) -> {
                logger.debug("A payment for endpoint '{}' was refused: {} {}", endpoint.definition().name(),
                        denial.reason(), code);
                yield substitute(denial.reason(), terms,
                        (req, res) -> this.responses.refuse(req, res, denial, terms, code, null, dialect));
            }
            case PaymentDecision.Unsettled unsettled ->
                throw new IllegalStateException("Nothing is settled before the handler is reached");
        };
    }

}

package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
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
import io.github.x402spring.http.PresentedPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.webmvc.PaymentHoldFilter.IncludeRefusedException;
import io.github.x402spring.webmvc.PriceExpression.InexactPriceException;

/**
 * Decides, for every request that resolved to a paid handler method, whether the handler
 * may run. It keys on the handler and never on a path, so there is no second spelling of
 * an address that would pass.
 *
 * @since 0.1.0
 */
public final class PaymentInterceptor implements HandlerInterceptor, SmartInitializingSingleton {

    private static final Logger logger = LoggerFactory.getLogger(PaymentInterceptor.class);

    private final PaidEndpointRegistry registry;

    private final PaymentTermsFactory termsFactory;

    private final PaymentGate gate;

    private final PaymentAuthorizer authorizer;

    private final PaymentDialect preferred;

    private final PaymentDialects dialects;

    private final PaymentAnswers answers;

    private final FunctionGate functions;

    /**
     * Creates an interceptor.
     * @param registry knows which handler methods are paid
     * @param termsFactory states what a request costs
     * @param gate judges payments
     * @param authorizer says whether a caller has to authenticate
     * @param dialects read and write payment headers
     * @param writer renders challenges and refusals
     * @param options how the web adapter behaves
     */
    public PaymentInterceptor(PaidEndpointRegistry registry, PaymentTermsFactory termsFactory, PaymentGate gate,
            PaymentAuthorizer authorizer, PaymentDialects dialects, PaymentChallengeWriter writer, Options options) {
        this.registry = registry;
        this.termsFactory = termsFactory;
        this.gate = gate;
        this.authorizer = authorizer;
        this.preferred = dialects.preferred();
        this.dialects = dialects;
        this.answers = new PaymentAnswers(dialects, writer, gate::accepting, options.simulated());
        this.functions = new FunctionGate(this, options.unpaidFunctions());
    }

    /** Checks what the registry has found by then. */
    @Override
    public void afterSingletonsInstantiated() {
        for (PaidEndpointRegistry.Mapping mapping : this.registry.mappings()) {
            mapping.patterns().forEach((pattern) -> this.termsFactory.check(mapping.endpoint(), pattern));
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
        Answer answer = answer(endpoint, handlerMethod, request, response, track);
        if (answer == null) {
            return true;
        }
        refuse(answer, request, response, response, track);
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
        Answer answer = answer(endpoint, handler, request, response, track);
        if (answer == null) {
            return null;
        }
        HeldResponse rendered = new HeldResponse(response,
                new HeldBody(response, Integer.MAX_VALUE, new HeldMemory(Long.MAX_VALUE), () -> {
                }));
        refuse(answer, request, response, rendered, track);
        return rendered;
    }

    private static void refuse(Answer answer, HttpServletRequest request, HttpServletResponse response,
            HttpServletResponse written, ServletExchangeTrack track) throws IOException {
        if (request.getDispatcherType() == DispatcherType.INCLUDE) {
            HeldPayment other = HeldPayment.of(response);
            IncludeRefusedException refused = new IncludeRefusedException(answer,
                    (other != null) ? other.earlier() : EarlierResponse.of(response));
            end(track, answer, refused.status(), response);
            throw refused;
        }
        try {
            answer.keepForErrorPage(request);
            answer.write(request, written);
        }
        finally {
            end(track, answer, written.getStatus(), response);
        }
    }

    PaidEndpointRegistry registry() {
        return this.registry;
    }

    FunctionGate functions() {
        return this.functions;
    }

    /** What is included leaves the response to the page. */
    private static void approachOther(HttpServletRequest request, HttpServletResponse response) {
        DispatcherType type = request.getDispatcherType();
        HeldPayment payment = (type == DispatcherType.FORWARD || type == DispatcherType.ASYNC)
                ? HeldPayment.of(response) : null;
        if (payment != null) {
            payment.approach();
        }
    }

    /** Whether a handler is paid for. */
    boolean gates(HandlerMethod handler) {
        return this.registry.find(handler) != null;
    }

    private static boolean admitted(RegisteredEndpoint endpoint, HttpServletRequest request) {
        AdmittedRequest admitted = AdmittedRequest.of(request);
        return admitted != null && admitted.covers(endpoint, request);
    }

    /** An answer that was kept ends with the payment that it belongs to. */
    private static void end(ServletExchangeTrack track, Answer answer, int status, HttpServletResponse response) {
        Reason reason = answer.reason();
        if (reason != null) {
            track.refused(reason, status);
            track.end(null, response);
        }
    }

    private @Nullable Answer answer(RegisteredEndpoint endpoint, @Nullable HandlerMethod handler,
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

    /** Counts what leaves, if there is a listener. */
    HttpServletResponse counted(HttpServletResponse response) {
        return this.gate.counts() ? new CountedResponse(response, this.gate.digests()) : response;
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
            if (!this.dialects.presented(request, PaymentHttpHeaders.OF_REQUESTS)) {
                return null;
            }
            List<PaymentPayload> payments = this.dialects.readAll(request, PaymentHttpHeaders.OF_REQUESTS);
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

    void writeRefusal(HttpServletRequest request, HttpServletResponse response, IncludeRefusedException refused)
            throws IOException {
        refused.answer().write(request, response);
    }

    /**
     * Returns the answer to give instead of running the handler, or {@code null} to run
     * it.
     */
    private @Nullable Answer judge(RegisteredEndpoint endpoint, HttpServletRequest request,
            HttpServletResponse response, ServletExchangeTrack track) {
        PaymentTerms terms;
        @Nullable String task;
        try {
            task = TaskHeader.read(request);
            terms = this.termsFactory.terms(endpoint, request, task);
        }
        catch (UnreadableRequestException ex) {
            return unjudged(ex.reason(), request);
        }
        catch (RuntimeException ex) {
            // A message of somebody else may quote the request.
            logger.atLevel(endpoint.firstPriceFailure() ? Level.WARN : Level.DEBUG)
                .log("The price of endpoint '{}' could not be computed: {}", endpoint.definition().name(),
                        (ex instanceof InexactPriceException) ? ex.getMessage() : ex.getClass().getName());
            return unjudged(Reason.TEMPORARILY_UNAVAILABLE, request);
        }
        // There is nothing to deliver for HEAD and OPTIONS, so there is nothing to pay
        // for either.
        String method = request.getMethod();
        boolean payable = !"HEAD".equals(method) && !"OPTIONS".equals(method);
        ServletPaidExchange exchange = new ServletPaidExchange(request, terms.required().resource().url(), task);
        PresentedPayment presented = payable ? this.dialects.read(request, PaymentHttpHeaders.OF_REQUESTS)
                : new PresentedPayment.Absent();
        return switch (presented) {
            case PresentedPayment.Absent absent -> challenge(endpoint, terms, exchange, null);
            case PresentedPayment.NotRead notRead ->
                challenge(endpoint, terms, exchange, PresentedPayment.NotRead.ERROR);
            case PresentedPayment.Unusable(Reason reason) -> unjudged(reason, request);
            case PresentedPayment.Present present -> admit(endpoint, present, terms, exchange, response, track);
        };
    }

    private Answer challenge(RegisteredEndpoint endpoint, PaymentTerms terms, PaidExchange exchange,
            @Nullable String error) {
        boolean identityRequired = this.authorizer.lacksIdentity(endpoint.definition(), exchange);
        return answer(Reason.PAYMENT_REQUIRED, terms,
                (req, res) -> this.answers.challenge(req, res, terms, identityRequired, error));
    }

    /**
     * Refuses a request without a look at its payment, which may be known all the same.
     */
    private Answer unjudged(Reason reason, HttpServletRequest request) {
        Charged charged = charged(request);
        if (charged == null) {
            return refusal(reason);
        }
        Denial denial = Denial.of(reason).withCharged(charged);
        return answer(reason, null,
                (req, res) -> this.answers.refuse(req, res, denial, null, null, null, this.preferred));
    }

    private Answer refusal(Reason reason) {
        return answer(reason, null,
                (req, res) -> this.answers.refuse(req, res, reason, null, null, null, this.preferred));
    }

    private Answer answer(Reason reason, @Nullable PaymentTerms terms, Rendering rendering) {
        return new Answer(this.answers.told(reason, terms), rendering);
    }

    private @Nullable Answer admit(RegisteredEndpoint endpoint, PresentedPayment.Present presented, PaymentTerms terms,
            ServletPaidExchange exchange, HttpServletResponse response, ServletExchangeTrack track) {
        HttpServletRequest request = exchange.request();
        HoldableResponse holdable = WebUtils.getNativeResponse(response, HoldableResponse.class);
        if (holdable == null || holdable.below().isCommitted()) {
            logger.error("A payment for endpoint '{}' cannot be taken: its answer cannot be held",
                    endpoint.definition().name());
            return unjudged(Reason.TEMPORARILY_UNAVAILABLE, request);
        }
        PaymentDecision decision = this.gate
            .admit(new PaymentAttempt(endpoint.definition(), terms.required().resource(), terms.offers(),
                    presented.payload(), exchange, () -> exchange.fingerprint(terms), track.track()));
        PaymentDialect dialect = presented.dialect();
        return switch (decision) {
            case PaymentDecision.Admitted(AdmittedPayment admitted) -> {
                byte[] kept = admitted.answer();
                if (kept != null && request.getDispatcherType() == DispatcherType.INCLUDE) {
                    this.gate.withhold(admitted);
                    yield refusal(Reason.ANSWER_UNAVAILABLE);
                }
                HeldPayment payment = new HeldPayment(admitted, this.gate, this.answers, terms, dialect, request,
                        holdable, track);
                payment.hold();
                if (kept != null) {
                    payment.repeat();
                    yield new Answer(null, (req, res) -> KeptResponse.write(kept, res));
                }
                new AdmittedRequest(endpoint, request, admitted.payment()).keepWith(request);
                yield null;
            }
            case PaymentDecision.Refused(var denial, var code) -> {
                logger.debug("A payment for endpoint '{}' was refused: {} {}", endpoint.definition().name(),
                        denial.reason(), code);
                yield answer(denial.reason(), terms,
                        (req, res) -> this.answers.refuse(req, res, denial, terms, code, null, dialect));
            }
            case PaymentDecision.Unsettled unsettled ->
                throw new IllegalStateException("Nothing is settled before the handler is reached");
        };
    }

    /**
     * Answer to give instead of running the handler.
     *
     * @param reason why, or {@code null} if it is the answer to a settled payment
     * @param rendering writes it
     */
    record Answer(@Nullable Reason reason, Rendering rendering) {

        private static final String ATTRIBUTE = Answer.class.getName();

        /**
         * A container that fails to read a body has the error page respond, whatever is
         * written.
         */
        void keepForErrorPage(HttpServletRequest request) {
            if (this.reason == Reason.REQUEST_TIMED_OUT || this.reason == Reason.REQUEST_INCOMPLETE) {
                request.setAttribute(ATTRIBUTE, this);
            }
        }

        static @Nullable Answer ofErrorPage(HttpServletRequest request) {
            return (Answer) request.getAttribute(ATTRIBUTE);
        }

        void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
            this.rendering.write(request, response);
        }

    }

    @FunctionalInterface
    interface Rendering {

        void write(HttpServletRequest request, HttpServletResponse response) throws IOException;

    }

    /**
     * Behaviour of the web adapter.
     *
     * @param simulated whether settlements are simulated, so that answers have to say so
     * @param unpaidFunctions has functional endpoints served without payment in tests;
     * {@code null} if they are paid
     */
    public record Options(boolean simulated, @Nullable UnpaidFunctions unpaidFunctions) {
    }

}

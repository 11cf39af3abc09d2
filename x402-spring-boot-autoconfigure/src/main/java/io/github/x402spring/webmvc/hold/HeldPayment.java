package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.exchange.ExchangeListener.Scope;
import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.PaymentDecision;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.gate.SettlementOutcome;
import io.github.x402spring.http.PaymentDialect;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.hold.BeforeHold.EarlierResponse;

/**
 * Admitted payment with the response that is held for it. Five events end both together,
 * once: the handler returned, it threw, a stream began, the client is gone, or the
 * asynchronous part completed. The end is one of three: settled and delivered, refused
 * and discarded, or released.
 *
 * @since 0.1.0
 */
public final class HeldPayment implements HeldBody.StreamListener {

    private static final String BILLABLE = HeldPayment.class.getName() + ".billable";

    private static final Logger logger = LoggerFactory.getLogger(HeldPayment.class);

    private final PaymentGate gate;

    private final PaymentResponses responses;

    private final PaymentTerms terms;

    private final PaymentDialect dialect;

    private final HttpServletRequest request;

    private final HoldableResponse response;

    private final AtomicReference<@Nullable CompletableFuture<Void>> end = new AtomicReference<>();

    private volatile AdmittedPayment admitted;

    private volatile boolean refused;

    /** The handler whose response is paid for; {@code null} if it was never reached. */
    private volatile @Nullable HandlerMethod handler;

    /** Whether the present dispatch, or the last one, came as far as the handler. */
    private volatile boolean reached;

    /** Whether an exception or a denial took the place of what the handler returned. */
    private volatile boolean failed;

    /** Whether this payment's response or that of another one failed is not known. */
    private volatile boolean undetermined;

    /** Denials that a handler function got for a response, and may not respond with. */
    private volatile @Nullable Set<Object> denials;

    private final HeldExtent extent;

    private final BeforeHold before;

    private final DeliveryReport report;

    private final ServletExchangeTrack track;

    /**
     * Creates a payment.
     * @param admitted the payment as it was admitted
     * @param gate settles it
     * @param responses writes refusals and receipts
     * @param terms the terms that it was made under
     * @param dialect the dialect that the client speaks
     * @param request the request as the handler sees it
     * @param response a response that {@link #mayHold can be held}
     * @param track the record of the request
     */
    public HeldPayment(AdmittedPayment admitted, PaymentGate gate, PaymentResponses responses, PaymentTerms terms,
            PaymentDialect dialect, HttpServletRequest request, HttpServletResponse response,
            ServletExchangeTrack track) {
        HoldableResponse holdable = Objects.requireNonNull(WebUtils.getNativeResponse(response, HoldableResponse.class),
                "'response' must be one that may be held");
        this.admitted = admitted;
        this.gate = gate;
        this.track = track;
        this.before = new BeforeHold(request, holdable.below());
        this.report = new DeliveryReport(gate);
        this.responses = responses;
        this.terms = terms;
        this.dialect = dialect;
        this.request = request;
        this.response = holdable;
        this.extent = (request.getDispatcherType() == DispatcherType.INCLUDE) ? HeldExtent.PART : HeldExtent.WHOLE;
        track.watch(holdable, this::clientGone);
    }

    /**
     * Tells whether a response can be held: the filter has seen it, and nothing has left.
     * @param response the response
     * @return whether it can
     */
    public static boolean mayHold(HttpServletResponse response) {
        HoldableResponse holdable = WebUtils.getNativeResponse(response, HoldableResponse.class);
        return holdable != null && !holdable.below().isCommitted();
    }

    /**
     * Decides whether a response is charged for, in place of the rule that the handler's
     * own is. No response with a status of 400 or more is.
     * @param request the request
     * @param billable whether the response is charged for
     */
    public static void declareBillable(HttpServletRequest request, boolean billable) {
        request.setAttribute(BILLABLE, billable);
    }

    /**
     * Tells whether a response is charged for.
     * @param request the request
     * @param status the status of the response
     * @param own whether it is what the handler returned
     * @return whether it is
     */
    public static boolean isBillable(HttpServletRequest request, int status, boolean own) {
        boolean billable = (request.getAttribute(BILLABLE) instanceof Boolean declared) ? declared : own;
        return billable && status < HttpServletResponse.SC_BAD_REQUEST;
    }

    /**
     * Finds the payment that a response is held for. Request attributes would not survive
     * an include.
     * @param response the response
     * @return the payment, or {@code null} if there is none
     */
    public static @Nullable HeldPayment of(HttpServletResponse response) {
        HoldableResponse holdable = WebUtils.getNativeResponse(response, HoldableResponse.class);
        return (holdable != null) ? holdable.payment() : null;
    }

    /**
     * Finds the payment of the request that this thread serves.
     * @return the payment, or {@code null} if there is none
     */
    public static @Nullable HeldPayment current() {
        HttpServletResponse response = (RequestContextHolder
            .getRequestAttributes() instanceof ServletRequestAttributes attributes) ? attributes.getResponse() : null;
        return (response != null) ? of(response) : null;
    }

    /** Begins to hold the response. */
    public void hold() {
        this.response.holdFor(this);
    }

    /**
     * Tells whether the client got a refusal, whatever the handler still does.
     */
    boolean refused() {
        return this.refused;
    }

    /** The response before it was held. */
    EarlierResponse earlier() {
        return this.before.earlier();
    }

    /**
     * Begins a dispatch to the handler, or to another one that the handler left the
     * response to: interceptors may keep it from being reached.
     */
    public void approach() {
        this.reached = false;
    }

    /** Notes that a handler which is not paid was reached in place of the paid one. */
    public void reachOther() {
        this.reached = this.handler != null;
    }

    /**
     * Notes that nothing is left between the request and its handler but the handler's
     * own proxy, and settles what is settled upfront, unless that proxy does.
     * @param handler the handler
     * @param settlesItself whether its proxy settles
     * @return whether the handler may run
     * @throws IOException if the client is gone
     */
    public boolean reach(HandlerMethod handler, boolean settlesItself) throws IOException {
        if (this.handler == null && this.end.get() != null) {
            // What was written before the handler has outgrown what is held.
            logger.error("The response of endpoint '{}' left before its handler was reached; the handler does not run",
                    this.admitted.payment().endpoint());
            return false;
        }
        this.handler = handler;
        this.reached = true;
        return settlesItself || settleUpfront();
    }

    /** Records that a stored response takes the place of that of the handler. */
    public void repeat() {
        this.reached = true;
    }

    /** Records that the handler, or a filter of a handler function, failed. */
    public void handlerFailed() {
        this.failed = true;
    }

    /** Records that the handler of this or of another request failed. */
    public void handlerPerhapsFailed() {
        this.undetermined = true;
    }

    /**
     * Notes that a rule of method security has put a value in place of what it guards.
     * @param invocation the call of what it guards
     * @param value the value
     */
    public void denied(MethodInvocation invocation, @Nullable Object value) {
        if (isHandler(invocation)) {
            this.failed = true;
        }
        else if (value != null) {
            Set<Object> denials = this.denials;
            if (denials == null) {
                denials = Collections.newSetFromMap(Collections.synchronizedMap(new IdentityHashMap<>()));
                this.denials = denials;
            }
            denials.add(value);
        }
    }

    /**
     * Notes what a handler function or a filter of it responds with.
     * @param response the response
     */
    public void responds(@Nullable Object response) {
        Set<Object> denials = this.denials;
        if (denials != null && denials.contains(response)) {
            this.failed = true;
        }
    }

    /** Notes another try of a handler function, which filters may call again. */
    public void handlerCalled() {
        this.failed = false;
    }

    /**
     * Returns the status that the client gets, or got.
     * @return the status
     */
    public int status() {
        return this.response.below().getStatus();
    }

    /**
     * Returns the handler whose response is paid for.
     * @return the handler, or {@code null} if it was never reached
     */
    public @Nullable HandlerMethod handler() {
        return this.handler;
    }

    /**
     * Tells whether a method is the handler, as a proxy of its bean calls it.
     * @param invocation the call of the method
     * @return whether it is
     */
    public boolean isHandler(MethodInvocation invocation) {
        HandlerMethod handler = this.handler;
        Object target = invocation.getThis();
        return handler != null && target != null
                && AopUtils.getMostSpecificMethod(invocation.getMethod(), target.getClass())
                    .equals(AopUtils.getMostSpecificMethod(handler.getMethod(), target.getClass()));
    }

    private boolean billable(HeldResponse held) {
        return isBillable(this.request, held.getStatus(), this.reached && !this.failed);
    }

    /**
     * Settles what is settled upfront, now that all that guards the handler has let the
     * call through.
     * @return whether the handler may run
     * @throws IOException if the client is gone
     */
    public boolean settleUpfront() throws IOException {
        if (!this.admitted.settlesUpfront()) {
            return true;
        }
        if (failsToReadItsBody()) {
            logger.warn(
                    "Endpoint '{}' settles before its handler runs and may read the stream of a multipart body; "
                            + "the handler does not run. Declare the parts that it takes",
                    this.admitted.payment().endpoint());
            end(() -> {
                this.gate.release(this.admitted);
                refuse(Reason.REQUEST_INVALID, null);
            });
            return false;
        }
        PaymentDecision decision;
        try (Scope scope = this.track.enter()) {
            decision = this.gate.settleUpfront(this.admitted);
        }
        switch (decision) {
            case PaymentDecision.Admitted(AdmittedPayment settled) -> this.admitted = settled;
            case PaymentDecision.Unsettled(SettlementOutcome outcome) -> end(() -> refuse(outcome));
            case PaymentDecision.Refused refusal -> throw new IllegalStateException("It was decided before");
        }
        return !this.refused;
    }

    private boolean failsToReadItsBody() {
        BindableRequest bindable = WebUtils.getNativeRequest(this.request, BindableRequest.class);
        HandlerMethod handler = this.handler;
        return bindable != null && bindable.isParted() && handler != null && StreamReaders.mayBe(handler);
    }

    void dispatchStarted() {
        HeldResponse held = this.response.held();
        if (held != null) {
            held.body().dispatchStarted();
        }
    }

    /**
     * Ends a dispatch after which an asynchronous part goes on.
     * @throws IOException if the client is gone
     */
    void dispatchEnded() throws IOException {
        this.request.getAsyncContext().addListener(new HeldAsyncListener(this));
        HeldResponse held = this.response.held();
        if (held != null && held.body().dispatchEnded()) {
            streamStarted();
        }
    }

    /**
     * Ends the payment after the handler returned normally.
     * @throws IOException if the client is gone
     */
    void handlerReturned() throws IOException {
        HeldResponse held = this.response.held();
        try {
            if (held != null && held.body().holding()) {
                end(() -> settleOrRelease(false));
            }
        }
        finally {
            ended();
        }
    }

    private void ended() {
        HeldResponse held = this.response.held();
        if (held != null) {
            held.body().free();
        }
        BindableRequest bindable = WebUtils.getNativeRequest(this.request, BindableRequest.class);
        if (bindable != null) {
            bindable.free();
        }
        this.report.end(this.admitted);
        this.track.end(this.report.delivered(), this.response);
    }

    /**
     * Releases the payment after the handler threw an exception. Does nothing if it has
     * ended.
     * @param thrown the exception, or {@code null} if there was no response
     */
    void handlerThrew(@Nullable Throwable thrown) {
        try {
            if (end(this::release)) {
                this.track.failed(thrown, this.request, this.response.below());
            }
        }
        catch (IOException ex) {
            throw new IllegalStateException("Letting go writes nothing", ex);
        }
        this.report.broke();
        ended();
    }

    void deliveryBroke() {
        this.report.broke();
    }

    private void clientGone() {
        deliveryBroke();
        ended();
    }

    /** Ends the payment after the asynchronous part of its request has ended. */
    void asyncCompleted() {
        this.report.end(this.admitted);
        handlerThrew(null);
    }

    @Override
    public void streamStarted() throws IOException {
        boolean ended;
        try {
            ended = end(() -> settleOrRelease(true));
        }
        catch (IOException | RuntimeException | Error ex) {
            clientGone();
            throw ex;
        }
        // Only once: a second completion of the same request leaves Tomcat hanging.
        if (ended && this.refused && this.request.isAsyncStarted()) {
            HeldAsyncListener.complete(this.request);
        }
    }

    /** Returns whether it was this call that ended the payment. */
    private boolean end(Ending ending) throws IOException {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other = this.end.compareAndExchange(null, mine);
        if (other != null) {
            other.join();
            return false;
        }
        try {
            ending.run();
        }
        finally {
            mine.complete(null);
        }
        return true;
    }

    private void release() {
        this.gate.release(this.admitted);
        noteCharge();
        this.response.forget();
        SettleResponse receipt = this.admitted.receipt();
        if (receipt != null) {
            this.report.begin();
        }
        else {
            this.before.undo();
        }
        if (receipt != null && !this.response.below().isCommitted()) {
            this.responses.addReceipt(this.request, this.response.below(), receipt, this.dialect);
        }
    }

    private void noteCharge() {
        if (!this.admitted.uncharged()) {
            this.request.setAttribute(EnvelopeRenderer.CHARGE_ATTRIBUTE, Boolean.TRUE);
        }
    }

    private void settleOrRelease(boolean stream) throws IOException {
        HeldResponse held = this.response.held();
        if (held == null) {
            return;
        }
        noteCharge();
        if (this.admitted.receipt() != null) {
            deliverSettled(held, this.admitted.receipt(), stream);
        }
        else if (held.body().crowdedOut()) {
            logger.debug("All responses that are held take more than x402.web.max-held-memory; one is not settled");
            this.gate.release(this.admitted);
            refuse(this.admitted.uncharged() ? Reason.TEMPORARILY_UNAVAILABLE : Reason.SETTLEMENT_PENDING, null);
        }
        else if (this.undetermined) {
            logger.error("A response for endpoint '{}' that requests share failed for one of them, and it is unknown "
                    + "for which; nothing is settled or delivered", this.admitted.payment().endpoint());
            this.gate.release(this.admitted);
            refuse(this.admitted.uncharged() ? Reason.TEMPORARILY_UNAVAILABLE : Reason.SETTLEMENT_PENDING, null);
        }
        else if (!redacted(held, stream)) {
            this.gate.release(this.admitted);
            refuse(this.admitted.uncharged() ? Reason.FORBIDDEN : Reason.SETTLEMENT_PENDING, null);
        }
        else if (!billable(held)) {
            this.gate.release(this.admitted);
            this.before.undo();
            PaymentHttpHeaders.removeReceipts(held);
            PaymentHttpHeaders.makePrivate(held);
            this.track.handlerResponded(held);
            this.response.release(stream ? HeldExtent.BEGINNING : HeldExtent.PART);
        }
        else if (this.response.below().isCommitted()) {
            logger.error("The response of endpoint '{}' left without its payment headers, or the container closed the "
                    + "response; the payment is not settled", this.admitted.payment().endpoint());
            this.gate.release(this.admitted);
            this.before.restore();
            this.response.discard();
        }
        else if (this.before.sendsFile()) {
            logger.error("The handler of endpoint '{}' has the container send a file past the response that is held; "
                    + "nothing is settled or delivered", this.admitted.payment().endpoint());
            this.gate.release(this.admitted);
            refuse(this.admitted.uncharged() ? Reason.TEMPORARILY_UNAVAILABLE : Reason.SETTLEMENT_PENDING, null);
        }
        else {
            settle(held, stream);
        }
    }

    /**
     * What is not billable leaves, too; the payer may ask for the response again. Content
     * that is not the one that has begun to leave never does.
     */
    private void deliverSettled(HeldResponse held, SettleResponse receipt, boolean stream) throws IOException {
        boolean billable = billable(held);
        boolean allowed = redacted(held, stream);
        String digest = (!stream && this.admitted.redelivered()) ? held.digest() : null;
        if (!allowed || (hasContent(held) && !this.admitted.deliverable(digest))) {
            this.gate.deliveryEnded(this.admitted, false);
            refuse(Reason.ANSWER_UNAVAILABLE, receipt);
            return;
        }
        if (billable && this.admitted.storedResponse() == null) {
            this.gate.storeResponse(this.admitted, stored(held, stream));
        }
        deliver(held, receipt, stream, billable, this.admitted.recorded(digest));
    }

    /** Whatever leaves of what may be content is limited to what the policy allows. */
    private boolean redacted(HeldResponse held, boolean stream) {
        return !hasContent(held) || Redactions.apply(this.admitted, held, stream);
    }

    private static boolean hasContent(HeldResponse held) {
        int status = held.getStatus();
        return status < HttpServletResponse.SC_BAD_REQUEST;
    }

    private void settle(HeldResponse held, boolean stream) throws IOException {
        SettlementOutcome outcome;
        try {
            try (Scope scope = this.track.enter()) {
                outcome = this.gate.settle(this.admitted, stream ? null : held.digest(), stored(held, stream));
            }
        }
        catch (RuntimeException | Error ex) {
            this.response.discard();
            this.before.restore();
            throw ex;
        }
        if (outcome instanceof SettlementOutcome.Settled(SettleResponse receipt)) {
            deliver(held, receipt, stream, true, true);
        }
        else {
            refuse(outcome);
        }
    }

    private byte @Nullable [] stored(HeldResponse held, boolean stream) throws IOException {
        return StoredResponseFormat.of(held, this.gate.maxStoredResponse(), stream);
    }

    private void refuse(SettlementOutcome outcome) throws IOException {
        switch (outcome) {
            case SettlementOutcome.Settled settled -> throw new IllegalStateException("A settled payment is delivered");
            case SettlementOutcome.Refused(SettleResponse receipt) -> refuse(outcome.denial().reason(), receipt);
            case SettlementOutcome.Unknown(SettleResponse receipt) -> refuse(outcome.denial().reason(), receipt);
            case SettlementOutcome.NotSent(Reason reason) -> refuse(reason, null);
        }
    }

    /**
     * Delivers a response.
     * @param recorded whether it is the one that was recorded when the payment was
     * settled, if any was
     */
    private void deliver(HeldResponse held, SettleResponse receipt, boolean stream, boolean billable, boolean recorded)
            throws IOException {
        if (billable) {
            this.report.begin(held.body(), recorded && !stream);
        }
        else {
            this.report.begin();
        }
        this.track.handlerResponded(held);
        this.before.removeFiles();
        this.responses.addReceipt(this.request, held, receipt, this.dialect);
        this.response.release(stream ? HeldExtent.BEGINNING : this.extent);
        if (billable) {
            this.report.whole();
        }
    }

    private void refuse(Reason reason, @Nullable SettleResponse receipt) throws IOException {
        this.response.discard();
        this.refused = true;
        HttpServletResponse below = this.response.below();
        Reason stated = this.responses.statedReason(reason, this.terms);
        this.track.refused(stated, stated.status());
        this.before.restore();
        if (!below.isCommitted()) {
            this.responses.refuse(this.request, below, reason, this.terms, null, receipt, this.dialect);
        }
        this.track.refused(stated, below.getStatus());
    }

    @FunctionalInterface
    private interface Ending {

        void run() throws IOException;

    }

}

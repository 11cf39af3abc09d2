package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.http.HeaderField;
import io.github.x402spring.http.PaymentDialect;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentRefusal;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.hold.PaymentHoldFilter.IncludeRefusedException;

/**
 * Builder of challenges, refusals and receipts, which {@link PaymentChallengeWriter}
 * renders. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PaymentResponses {

    static final String SIMULATED = "X402-Simulated";

    private final PaymentDialects dialects;

    private final PaymentChallengeWriter writer;

    private final Predicate<String> accepting;

    private final boolean simulated;

    /**
     * Writers of challenges under recurring terms. Bounded, because those terms are
     * stored and reused: one for each endpoint and address without variables.
     */
    private final ConcurrentMap<PaymentTerms, PaymentChallengeWriter> prepared = new ConcurrentHashMap<>();

    /**
     * Creates a builder of responses.
     * @param dialects state terms and receipts
     * @param writer renders
     * @param accepting tells whether payments for an endpoint are taken at present
     * @param simulated whether settlements are simulated, so that responses have to state
     * it
     */
    public PaymentResponses(PaymentDialects dialects, PaymentChallengeWriter writer, Predicate<String> accepting,
            boolean simulated) {
        this.dialects = dialects;
        this.writer = writer;
        this.accepting = accepting;
        this.simulated = simulated;
    }

    /**
     * Returns the reason that the response states. No payment is asked for that would not
     * be taken.
     * @param why the reason
     * @param terms the terms, if they are known
     * @return the same reason, or that the endpoint is not available
     */
    public Reason statedReason(Reason why, @Nullable PaymentTerms terms) {
        boolean futile = terms != null && why.challenges() && !this.accepting.test(terms.endpoint());
        return futile ? Reason.TEMPORARILY_UNAVAILABLE : why;
    }

    /**
     * Asks for a payment.
     * @param request the request
     * @param response the response to write
     * @param terms the terms
     * @param identityRequired whether the caller has to authenticate, too
     * @param error why, or {@code null} for what the terms say
     * @throws IOException if the client is gone
     */
    public void challenge(HttpServletRequest request, HttpServletResponse response, PaymentTerms terms,
            boolean identityRequired, @Nullable String error) throws IOException {
        if (!this.accepting.test(terms.endpoint())) {
            refuse(request, response, Reason.TEMPORARILY_UNAVAILABLE, null, null, null, this.dialects.preferred());
            return;
        }
        if (error != null) {
            PaymentRequired required = terms.required().withError(error);
            this.writer.write(request, response, new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), required,
                    this.dialects.challenge(required), null, false, identityRequired, this.dialects.preferred()));
            return;
        }
        PaymentRefusal refusal = new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), terms.required(),
                terms.challenge(), null, false, identityRequired, this.dialects.preferred());
        PaymentChallengeWriter writer = terms.recurring() ? prepared(terms, refusal) : this.writer;
        writer.write(request, response, refusal);
    }

    private PaymentChallengeWriter prepared(PaymentTerms terms, PaymentRefusal challenge) {
        PaymentChallengeWriter prepared = this.prepared.get(terms);
        if (prepared == null) {
            prepared = this.writer.prepare(challenge);
            this.prepared.put(terms, prepared);
        }
        return prepared;
    }

    void refuse(HttpServletRequest request, HttpServletResponse response, Reason reason, @Nullable PaymentTerms terms,
            @Nullable ReasonCode code, @Nullable SettleResponse receipt, PaymentDialect dialect) throws IOException {
        refuse(request, response, Denial.of(reason), terms, code, receipt, dialect);
    }

    /**
     * Refuses to deliver.
     * @param request the request
     * @param response the response to write
     * @param why the reason, with what the caller may know
     * @param terms the terms, or {@code null} to state none
     * @param code what is wrong with the payment, if that is known
     * @param receipt the outcome of the settlement, or {@code null} if none was tried
     * @param dialect the dialect that the client speaks
     * @throws IOException if the client is gone
     */
    public void refuse(HttpServletRequest request, HttpServletResponse response, Denial why,
            @Nullable PaymentTerms terms, @Nullable ReasonCode code, @Nullable SettleResponse receipt,
            PaymentDialect dialect) throws IOException {
        Reason reason = statedReason(why.reason(), terms);
        Denial denial = (reason != why.reason()) ? Denial.of(reason) : why;
        PaymentRequired required = null;
        List<HeaderField> challenge = List.of();
        if (terms != null && reason.challenges()) {
            required = terms.required().withError((code != null) ? code.value() : reason.code());
            challenge = this.dialects.challenge(required);
        }
        if (receipt != null) {
            markSimulated(response);
        }
        this.writer.write(request, response, new PaymentRefusal(denial, required, challenge, receipt,
                this.dialects.presented(request::getHeaders), reason == Reason.UNAUTHENTICATED, dialect));
    }

    void addReceipt(HttpServletRequest request, HttpServletResponse response, SettleResponse receipt,
            PaymentDialect dialect) {
        PaymentHttpHeaders.removeReceipts(response);
        HeaderField field = dialect.receipt(receipt);
        if (field != null) {
            PaymentHttpHeaders.write(response, field);
        }
        PaymentHttpHeaders.makePrivate(response);
        PaymentHttpHeaders.addNegotiation(request, response);
        markSimulated(response);
    }

    /** A client must not take a simulated settlement for money. */
    private void markSimulated(HttpServletResponse response) {
        if (this.simulated) {
            response.setHeader(SIMULATED, "true");
        }
    }

    /**
     * Response in place of that of a handler.
     *
     * @param reason why, or {@code null} if it is a stored response to a settled payment
     * @param rendering writes it
     */
    public record Response(@Nullable Reason reason, Rendering rendering) {

        private static final String ATTRIBUTE = Response.class.getName();

        /**
         * Returns a response that was stored.
         * @param bytes what is stored of it
         * @return the response
         */
        public static Response stored(byte[] bytes) {
            return new Response(null, (request, response) -> StoredResponseFormat.write(bytes, response));
        }

        /**
         * Stores the response where a container that fails to read a body has the error
         * page respond, whatever is written.
         * @param request the request
         */
        public void storeForErrorPage(HttpServletRequest request) {
            if (this.reason == Reason.REQUEST_TIMED_OUT || this.reason == Reason.REQUEST_INCOMPLETE) {
                request.setAttribute(ATTRIBUTE, this);
            }
        }

        /**
         * Finds the response of the request that an error page is for.
         * @param request the request
         * @return the response, or {@code null} if there is none
         */
        public static @Nullable Response ofErrorPage(HttpServletRequest request) {
            return (Response) request.getAttribute(ATTRIBUTE);
        }

        /**
         * Returns the status.
         * @return the status
         */
        public int status() {
            return (this.reason != null) ? this.reason.status() : HttpServletResponse.SC_OK;
        }

        /**
         * Returns the exception that takes an included handler out of the page that
         * includes it, so that this is the response in place of the page.
         * @param response the response of the page
         * @return the exception
         */
        public RuntimeException leavingInclude(HttpServletResponse response) {
            return new IncludeRefusedException(this, response);
        }

        /**
         * Writes the response.
         * @param request the request
         * @param response the response to write
         * @throws IOException if the client is gone
         */
        public void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
            this.rendering.write(request, response);
        }

        /**
         * Writer of a response.
         */
        @FunctionalInterface
        public interface Rendering {

            /**
             * Writes it.
             * @param request the request
             * @param response the response to write
             * @throws IOException if the client is gone
             */
            void write(HttpServletRequest request, HttpServletResponse response) throws IOException;

        }

    }

}

package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.http.HeaderField;
import io.github.x402spring.http.PaymentDialect;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Puts together what a caller is told, and leaves the rendering to the
 * {@link PaymentChallengeWriter}.
 */
final class PaymentAnswers {

    static final String SIMULATED = "X402-Simulated";

    private final PaymentDialects dialects;

    private final PaymentChallengeWriter writer;

    private final Predicate<String> accepting;

    private final boolean simulated;

    PaymentAnswers(PaymentDialects dialects, PaymentChallengeWriter writer, Predicate<String> accepting,
            boolean simulated) {
        this.dialects = dialects;
        this.writer = writer;
        this.accepting = accepting;
        this.simulated = simulated;
    }

    /** Nobody is asked to sign what would not be taken. */
    Reason told(Reason why, @Nullable PaymentTerms terms) {
        boolean futile = terms != null && why.challenges() && !this.accepting.test(terms.endpoint());
        return futile ? Reason.TEMPORARILY_UNAVAILABLE : why;
    }

    /**
     * Asks for a payment.
     * @param error why, or {@code null} for what the terms say
     */
    void challenge(HttpServletRequest request, HttpServletResponse response, PaymentTerms terms,
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
        PaymentChallengeWriter writer = terms.recurring() ? terms.prepared(this.writer, refusal) : this.writer;
        writer.write(request, response, refusal);
    }

    void refuse(HttpServletRequest request, HttpServletResponse response, Reason reason, @Nullable PaymentTerms terms,
            @Nullable ReasonCode code, @Nullable SettleResponse receipt, PaymentDialect dialect) throws IOException {
        refuse(request, response, Denial.of(reason), terms, code, receipt, dialect);
    }

    void refuse(HttpServletRequest request, HttpServletResponse response, Denial why, @Nullable PaymentTerms terms,
            @Nullable ReasonCode code, @Nullable SettleResponse receipt, PaymentDialect dialect) throws IOException {
        Reason reason = told(why.reason(), terms);
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
        this.writer.write(request, response,
                new PaymentRefusal(denial, required, challenge, receipt,
                        this.dialects.presented(request, PaymentHttpHeaders.OF_REQUESTS),
                        reason == Reason.UNAUTHENTICATED, dialect));
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

    /** Nobody should take a simulated settlement for money. */
    private void markSimulated(HttpServletResponse response) {
        if (this.simulated) {
            response.setHeader(SIMULATED, "true");
        }
    }

}

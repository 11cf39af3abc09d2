package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.function.Predicate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Puts together what a caller is told, and leaves the rendering to the
 * {@link PaymentChallengeWriter}.
 */
final class PaymentAnswers {

    static final String SIMULATED = "X402-Simulated";

    private final PaymentHeaderCodec codec;

    private final PaymentChallengeWriter writer;

    private final Predicate<String> accepting;

    private final boolean simulated;

    PaymentAnswers(PaymentHeaderCodec codec, PaymentChallengeWriter writer, Predicate<String> accepting,
            boolean simulated) {
        this.codec = codec;
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
            refuse(request, response, Reason.TEMPORARILY_UNAVAILABLE, null, null, null, 2);
            return;
        }
        if (error != null) {
            PaymentRequired required = terms.required().withError(error);
            this.writer.write(request, response, new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), required,
                    this.codec.encode(required.toMap()), null, false, identityRequired, 2));
            return;
        }
        PaymentRefusal refusal = new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), terms.required(),
                terms.challenge(), null, false, identityRequired, 2);
        if (terms.recurring() && this.writer instanceof ProblemPaymentChallengeWriter problems) {
            problems.write(request, response, refusal, terms.prepared(() -> problems.prepare(refusal)));
        }
        else {
            this.writer.write(request, response, refusal);
        }
    }

    void refuse(HttpServletRequest request, HttpServletResponse response, Reason reason, @Nullable PaymentTerms terms,
            @Nullable ReasonCode code, @Nullable SettleResponse receipt, int x402Version) throws IOException {
        refuse(request, response, Denial.of(reason), terms, code, receipt, x402Version);
    }

    void refuse(HttpServletRequest request, HttpServletResponse response, Denial why, @Nullable PaymentTerms terms,
            @Nullable ReasonCode code, @Nullable SettleResponse receipt, int x402Version) throws IOException {
        Reason reason = told(why.reason(), terms);
        Denial denial = (reason != why.reason()) ? Denial.of(reason) : why;
        PaymentRequired required = null;
        String challenge = null;
        if (terms != null && reason.challenges()) {
            required = terms.required().withError((code != null) ? code.value() : reason.code());
            challenge = this.codec.encode(required.toMap());
        }
        if (receipt != null) {
            markSimulated(response);
        }
        this.writer.write(request, response, new PaymentRefusal(denial, required, challenge, receipt,
                PaymentHeaderReader.presentsPayment(request), reason == Reason.UNAUTHENTICATED, x402Version));
    }

    void addReceipt(HttpServletRequest request, HttpServletResponse response, SettleResponse receipt, int x402Version) {
        boolean v1 = x402Version == 1;
        PaymentHttpHeaders.removeReceipts(response);
        response.setHeader(v1 ? PaymentHttpHeaders.X_PAYMENT_RESPONSE : PaymentHttpHeaders.PAYMENT_RESPONSE,
                this.codec.encode(v1 ? receipt.toV1Map() : receipt.toMap()));
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

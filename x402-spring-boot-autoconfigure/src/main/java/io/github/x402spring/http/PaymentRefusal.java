package io.github.x402spring.http;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Refusal of a paid endpoint to deliver, with all that its response states.
 *
 * @param denial why, as far as the caller may know
 * @param terms the terms, present exactly when a new payment can change the outcome
 * @param challenge the terms in the headers of all dialects; empty when there are none
 * @param receipt the outcome of the settlement, or {@code null} if none was tried
 * @param presented whether the request carried a payment
 * @param identityRequired whether the caller has to authenticate
 * @param dialect the dialect that the client speaks
 * @since 0.1.0
 */
public record PaymentRefusal(Denial denial, @Nullable PaymentRequired terms, List<HeaderField> challenge,
        @Nullable SettleResponse receipt, boolean presented, boolean identityRequired, PaymentDialect dialect) {

    /**
     * Returns why.
     * @return the reason
     */
    public Reason reason() {
        return this.denial.reason();
    }

    /**
     * Returns the payment headers of the response: terms and receipt.
     * @return the fields, mostly those of the terms
     */
    public List<HeaderField> headers() {
        HeaderField field = (this.receipt != null) ? this.dialect.receipt(this.receipt) : null;
        if (field == null) {
            return this.challenge;
        }
        List<HeaderField> headers = new ArrayList<>(this.challenge);
        headers.add(field);
        return headers;
    }

}

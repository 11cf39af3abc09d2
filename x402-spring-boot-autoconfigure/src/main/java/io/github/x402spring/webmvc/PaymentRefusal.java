package io.github.x402spring.webmvc;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Is why a paid endpoint does not deliver, with all that the caller is told.
 *
 * @param denial why, as far as the caller may know
 * @param terms the terms, present exactly when a new payment can change the outcome
 * @param challenge the value of {@code PAYMENT-REQUIRED}; present when the terms are
 * @param receipt what became of the settlement, or {@code null} if none was tried
 * @param presented whether the request carried a payment
 * @param identityRequired whether the caller has to authenticate
 * @param x402Version the protocol version that the client speaks
 * @since 0.1.0
 */
public record PaymentRefusal(Denial denial, @Nullable PaymentRequired terms, @Nullable String challenge,
        @Nullable SettleResponse receipt, boolean presented, boolean identityRequired, int x402Version) {

    /**
     * Returns why.
     * @return the reason
     */
    public Reason reason() {
        return this.denial.reason();
    }

}

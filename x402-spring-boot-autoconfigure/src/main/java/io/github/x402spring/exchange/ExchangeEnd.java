package io.github.x402spring.exchange;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.FacilitatorRemark;

/**
 * End of a request for a paid endpoint.
 *
 * @param start what was known at first
 * @param decision what was decided
 * @param reason why nothing was delivered, or {@code null} if no reason was given
 * @param payment the payment, or {@code null} if none was presented or it could not be
 * read so far
 * @param transaction the hash of the transaction that settled the payment, or
 * {@code null} if it was not settled
 * @param status the HTTP status; the one that follows from it where an exception left the
 * handler
 * @param response what left of the handler's own response
 * @param remark what a facilitator that refused the payment said, for operators
 * @since 0.1.0
 */
public record ExchangeEnd(ExchangeStart start, ExchangeDecision decision, @Nullable Reason reason,
        @Nullable ClaimedPayment payment, @Nullable String transaction, int status, DeliveredResponse response,
        FacilitatorRemark remark) {

    public ExchangeEnd {
        Objects.requireNonNull(start, "'start' must not be null");
        Objects.requireNonNull(decision, "'decision' must not be null");
        Objects.requireNonNull(response, "'response' must not be null");
        Objects.requireNonNull(remark, "'remark' must not be null");
    }

}

package io.github.x402spring.exchange;

import java.util.Locale;

import io.github.x402spring.decision.Reason;

/**
 * Outcome of a request for a paid endpoint.
 *
 * @since 0.1.0
 */
public enum ExchangeDecision {

    /** No payment was presented, and the terms were sent. */
    CHALLENGED,

    /** The payment, or what came with it, could not be read. */
    MALFORMED,

    /** The payment was not taken, or the caller may not have what it pays for. */
    REFUSED,

    /** The payment was used before, is in use, or belongs to another request. */
    REPLAYED,

    /** The handler failed or gave no billable response; nothing was charged. */
    RELEASED,

    /** The payment was settled. */
    SETTLED,

    /** The payment was settled before, and the handler ran for it now. */
    REDELIVERED,

    /** The payment was settled before, and its stored response was given. */
    REPEATED,

    /** The payment was certainly not settled. */
    SETTLEMENT_REFUSED,

    /** It is unknown whether the payment was settled. */
    UNKNOWN;

    private final String value = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the name in meters and records.
     * @return the name
     */
    public String value() {
        return this.value;
    }

    /**
     * Returns what was decided where a request was refused with a reason.
     * @param reason the reason
     * @return the decision
     */
    public static ExchangeDecision of(Reason reason) {
        return switch (reason) {
            case PAYMENT_REQUIRED -> CHALLENGED;
            case PAYMENT_MALFORMED, PAYMENT_AMBIGUOUS, TASK_MALFORMED, PAYMENT_IDENTIFIER, REQUEST_INVALID,
                    REQUEST_INCOMPLETE, REQUEST_TIMED_OUT, REQUEST_TOO_LARGE, ADDRESS_TOO_LONG ->
                MALFORMED;
            case REQUEST_MISMATCH, PAYMENT_IN_FLIGHT, PAYMENT_ALREADY_USED, ANSWER_UNAVAILABLE, OUTCOME_UNRESOLVED ->
                REPLAYED;
            case SETTLEMENT_FAILED -> SETTLEMENT_REFUSED;
            case SETTLEMENT_PENDING -> UNKNOWN;
            case PAYMENT_INVALID, PAYMENT_EXPIRED, REQUIREMENT_MISMATCH, PAYMENT_REJECTED, UNAUTHENTICATED, FORBIDDEN,
                    INSUFFICIENT_SCOPE, PAYER_NOT_BOUND, LIMIT_REACHED, TASK_ENDED, TEMPORARILY_UNAVAILABLE,
                    NOT_IMPLEMENTED ->
                REFUSED;
        };
    }

}

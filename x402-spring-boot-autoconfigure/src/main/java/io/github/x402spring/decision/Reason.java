package io.github.x402spring.decision;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Obligation.Level;
import io.github.x402spring.decision.Obligation.Type;

/**
 * Catalogue of the reasons for which a request is not served, with everything that
 * follows from them: status, stage, advice, and the sentences shown to the caller. No
 * sentence is ever completed with text from a request, a facilitator or an exception.
 *
 * @since 0.1.0
 */
public enum Reason {

    /** No payment was presented. */
    PAYMENT_REQUIRED("payment_required", 402, Stage.PAYMENT, RetryWith.NEW_PAYMENT, Charged.NO, "Payment required",
            "This resource is sold per request. Choose one of the terms, sign a payment and repeat the request.",
            new Obligation(Type.PAY, Level.MUST, "Present a payment under one of the offered terms.")),

    /** The payment header cannot be read. */
    PAYMENT_MALFORMED("payment_malformed", 400, Stage.REQUEST, RetryWith.NEW_PAYMENT, Charged.NO,
            "Payment header not readable",
            "The payment header is not a payment as x402 encodes it. Nothing was verified or charged.", null),

    /** There is more than one payment header. */
    PAYMENT_AMBIGUOUS("payment_ambiguous", 400, Stage.REQUEST, RetryWith.NEW_PAYMENT, Charged.NO,
            "More than one payment header",
            "A request carries exactly one payment in exactly one header. Nothing was verified or charged.", null),

    /** The task header cannot be read. */
    TASK_MALFORMED("payment_malformed", 400, Stage.REQUEST, RetryWith.SAME_PAYMENT, Charged.NO,
            "Task header not readable",
            "A request names one task at most, in 1 to 128 letters, digits and any of - . _ ~. Nothing was verified or "
                    + "charged.",
            null),

    /** The payment has no identifier although it needs one, or an invalid one. */
    PAYMENT_IDENTIFIER("payment_malformed", 400, Stage.REQUEST, RetryWith.SAME_PAYMENT, Charged.NO,
            "Payment identifier missing or not readable",
            "A payment-identifier has 16 to 128 letters, digits, hyphens and underscores; an Idempotency-Key has 1 to "
                    + "255 visible ASCII characters and is sent once. Nothing was verified or charged.",
            null),

    /** What the caller sent can be read in several ways, or has no price. */
    REQUEST_INVALID("request_invalid", 400, Stage.REQUEST, RetryWith.NEVER, Charged.NO, "Request not valid",
            "The address, a parameter or the body of the request is not valid. Nothing was verified or charged.", null),

    /** The body ended before it was whole, or cannot be read. */
    REQUEST_INCOMPLETE("request_invalid", 400, Stage.REQUEST, RetryWith.SAME_PAYMENT, Charged.NO,
            "Request not complete",
            "The body of the request did not come as a whole. Nothing was verified or charged: send the request again.",
            null),

    /** The body did not come in time. */
    REQUEST_TIMED_OUT("request_invalid", 408, Stage.REQUEST, RetryWith.SAME_PAYMENT, Charged.NO, "Request timed out",
            "The body of the request did not come in time. Nothing was verified or charged: send the request again.",
            null),

    /** The request is too large to be bound to a payment. */
    REQUEST_TOO_LARGE("limit_reached", 413, Stage.REQUEST, RetryWith.SMALLER_REQUEST, Charged.NO, "Request too large",
            "The body is larger than a paid request may be. Nothing was verified or charged.", null),

    /** The address is too long to be named in the terms. */
    ADDRESS_TOO_LONG("limit_reached", 414, Stage.REQUEST, RetryWith.SMALLER_REQUEST, Charged.NO, "Address too long",
            "The address is longer than that of a paid resource may be. Nothing was verified or charged.", null),

    /** A check of the payment failed. */
    PAYMENT_INVALID("payment_invalid", 402, Stage.PAYMENT, RetryWith.NEW_PAYMENT, Charged.NO, "Payment not valid",
            "The payment does not satisfy the terms. It was not charged.",
            new Obligation(Type.PAY, Level.MUST, "Present a payment under one of the offered terms.")),

    /** The payer's authorization has expired. */
    PAYMENT_EXPIRED("payment_expired", 402, Stage.PAYMENT, RetryWith.NEW_PAYMENT, Charged.NO, "Payment expired",
            "The payer's authorization has expired or is about to. It was not charged.",
            new Obligation(Type.PAY, Level.MUST, "Present a payment that is valid for long enough.")),

    /** The client accepted other terms than the server's. */
    REQUIREMENT_MISMATCH("requirement_mismatch", 402, Stage.PAYMENT, RetryWith.NEW_PAYMENT, Charged.NO,
            "Payment for other terms",
            "The terms that the payment names are not the terms of this resource. It was not charged.",
            new Obligation(Type.PAY, Level.MUST, "Present a payment under one of the offered terms.")),

    /** The payment is bound to another request. */
    REQUEST_MISMATCH("request_mismatch", 409, Stage.PAYMENT, RetryWith.NEVER, Charged.UNKNOWN,
            "Payment belongs to another request",
            "The payment was presented for another request first. It is valid for that one only.", null),

    /** The payment is being used at this moment. */
    PAYMENT_IN_FLIGHT("payment_in_flight", 409, Stage.PAYMENT, RetryWith.SAME_PAYMENT, Charged.UNKNOWN,
            "Payment in use", "A request with this payment is in flight. Wait for its response.",
            new Obligation(Type.WAIT, Level.SHOULD, "Wait for the response to the first request.")),

    /** The payment has been used. */
    PAYMENT_ALREADY_USED("payment_already_used", 409, Stage.PAYMENT, RetryWith.NEVER, Charged.YES,
            "Payment already used", "The payment was settled and its request was served.", null),

    /**
     * The payment was settled, and its response, which may be lost, cannot be sent again.
     */
    ANSWER_UNAVAILABLE("payment_already_used", 409, Stage.DELIVERY, RetryWith.NEVER, Charged.YES,
            "Paid response not available",
            "The payment was settled and its response may not have arrived, but it cannot be sent again. Do not pay "
                    + "again: ask the operator of this service.",
            null),

    /**
     * The payment ended without an outcome that can be found out here, or its
     * authorization was used elsewhere.
     */
    OUTCOME_UNRESOLVED("payment_already_used", 409, Stage.SETTLEMENT, RetryWith.NEVER, Charged.UNKNOWN,
            "Payment no longer accepted",
            "The payment may have been charged, and is not accepted again. Before you pay again, look at what your "
                    + "wallet paid, or ask the operator of this service.",
            null),

    /** The facilitator replied that the payment is not valid. */
    PAYMENT_REJECTED("payment_rejected", 402, Stage.PAYMENT, RetryWith.NEW_PAYMENT, Charged.NO, "Payment rejected",
            "The payment was not accepted by the facilitator. It was not charged.",
            new Obligation(Type.PAY, Level.MUST, "Present a payment that can be settled.")),

    /** The facilitator proved that the payment was not settled. */
    SETTLEMENT_FAILED("settlement_failed", 402, Stage.SETTLEMENT, RetryWith.NEW_PAYMENT, Charged.NO,
            "Payment not settled", "The payment could not be settled. It was not charged and nothing was delivered.",
            new Obligation(Type.PAY, Level.MUST, "Present a payment that can be settled.")),

    /** The payment was sent to be settled and the outcome is not known. */
    SETTLEMENT_PENDING("settlement_pending", 503, Stage.SETTLEMENT, RetryWith.SAME_PAYMENT, Charged.UNKNOWN,
            "Payment outcome not yet known",
            "Send the same request with the same payment again. Do not sign a new one.",
            new Obligation(Type.RETRY_SAME_PAYMENT, Level.MUST, "Present the identical authorization.")),

    /** The caller has to authenticate. */
    UNAUTHENTICATED("unauthenticated", 401, Stage.IDENTITY, RetryWith.CREDENTIALS, Charged.NO,
            "Authentication required",
            "Only known callers are served here. Nothing was charged: repeat the request with credentials, and with "
                    + "the same payment if there was one.",
            new Obligation(Type.AUTHENTICATE, Level.MUST, "Authenticate, then repeat the request.")),

    /** The caller may not have the resource. */
    FORBIDDEN("forbidden", 403, Stage.POLICY, RetryWith.NEVER, Charged.NO, "Not allowed",
            "This caller may not have this resource, paid or not. Nothing was charged.", null),

    /** The caller would need more authority. */
    INSUFFICIENT_SCOPE("insufficient_scope", 403, Stage.POLICY, RetryWith.ELEVATED_TOKEN, Charged.NO,
            "More authority needed",
            "The credentials do not carry the scopes that this resource needs. Nothing was charged.",
            new Obligation(Type.STEP_UP, Level.MUST, "Obtain the scopes, then repeat the request.")),

    /** The wallet that pays may not pay for the caller. */
    PAYER_NOT_BOUND("forbidden", 403, Stage.POLICY, RetryWith.NEW_PAYMENT, Charged.NO, "Payer not bound to the caller",
            "The wallet that pays may not pay for this caller. Nothing was charged.",
            new Obligation(Type.BIND_PAYER, Level.MUST, "Pay from a wallet that may pay for the caller.")),

    /** The caller has reached a limit. */
    LIMIT_REACHED("limit_reached", 429, Stage.POLICY, RetryWith.LATER, Charged.NO, "Limit reached",
            "This caller has reached a limit. Nothing was charged: repeat the request later, and with the same payment "
                    + "if there was one.",
            new Obligation(Type.WAIT, Level.MUST, "Wait, then repeat the request.")),

    /** The task that the request belongs to was ended. */
    TASK_ENDED("forbidden", 403, Stage.POLICY, RetryWith.NEVER, Charged.NO, "Task ended",
            "The task that this request belongs to was ended. Nothing was charged.", null),

    /** The ledger, the policy or the facilitator is unavailable. */
    TEMPORARILY_UNAVAILABLE("temporarily_unavailable", 503, Stage.SYSTEM, RetryWith.SAME_PAYMENT, Charged.NO,
            "Payments cannot be taken right now",
            "Send the same request with the same payment again later. It was not charged.",
            new Obligation(Type.RETRY_SAME_PAYMENT, Level.SHOULD, "Present the identical authorization later.")),

    /** No facilitator is configured. */
    NOT_IMPLEMENTED("not_implemented", 501, Stage.SYSTEM, RetryWith.NEVER, Charged.NO, "Payments are not taken",
            "This server shows its terms but does not take payments yet. The payment was not charged.", null);

    private final String value = name().toLowerCase(Locale.ROOT);

    private final String code;

    private final int status;

    private final Stage stage;

    private final RetryWith retryWith;

    private final Charged charged;

    private final String title;

    private final String detail;

    private final @Nullable Obligation obligation;

    Reason(String code, int status, Stage stage, RetryWith retryWith, Charged charged, String title, String detail,
            @Nullable Obligation obligation) {
        this.code = code;
        this.status = status;
        this.stage = stage;
        this.retryWith = retryWith;
        this.charged = charged;
        this.title = title;
        this.detail = detail;
        this.obligation = obligation;
    }

    /**
     * Returns the name in meters and records, which distinguish reasons that callers must
     * not.
     * @return the name
     */
    public String value() {
        return this.value;
    }

    /**
     * Returns the value of {@code context.reason}.
     * @return the code
     */
    public String code() {
        return this.code;
    }

    /**
     * Returns the HTTP status that goes with the reason.
     * @return the status
     */
    public int status() {
        return this.status;
    }

    /**
     * Returns where the decision fell.
     * @return the stage
     */
    public Stage stage() {
        return this.stage;
    }

    /**
     * Returns what the decision is.
     * @return deny, or indeterminate where nothing could be decided
     */
    public Decision decision() {
        return (this.status >= 500) ? Decision.INDETERMINATE : Decision.DENY;
    }

    /**
     * Returns what would have to change.
     * @return the advice
     */
    public RetryWith retryWith() {
        return this.retryWith;
    }

    /**
     * Returns whether the caller paid.
     * @return whether it did
     */
    public Charged charged() {
        return this.charged;
    }

    /**
     * Returns a short summary.
     * @return the summary
     */
    public String title() {
        return this.title;
    }

    /**
     * Returns an explanation.
     * @return the explanation
     */
    public String detail() {
        return this.detail;
    }

    /**
     * Returns what the caller has to do.
     * @return the obligation, or {@code null} if there is none
     */
    public @Nullable Obligation obligation() {
        return this.obligation;
    }

    /**
     * Returns whether a new payment can change the outcome, in which case the terms are
     * sent along.
     * @return whether the status is 402
     */
    public boolean challenges() {
        return this.status == 402;
    }

}

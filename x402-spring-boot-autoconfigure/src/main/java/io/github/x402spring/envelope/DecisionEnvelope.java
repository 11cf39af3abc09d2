package io.github.x402spring.envelope;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Obligation;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.decision.Stage;

/**
 * Explanation of a refusal: the decision, why, what must be done, and what may help. Sent
 * as problem details.
 *
 * @param denial the refusal
 * @param ids the ids of the request
 * @param paymentState the state of the presented payment in lower case; {@code none} if
 * none was presented
 * @param transaction the transaction's hash, or the empty string if there is none
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
record DecisionEnvelope(Denial denial, RequestIds ids, String paymentState, String transaction) {

    /** The stable addresses of the documents that explain each reason. */
    private static final String PROBLEMS = "https://x402spring.github.io/problems/";

    private static final int HEX_DIGITS = 32;

    private static final List<Integer> HYPHENS = List.of(8, 13, 18, 23);

    Reason reason() {
        return this.denial.reason();
    }

    /**
     * Lays the members out as problem details.
     * @param contact where callers find help, or {@code null} to name no place
     * @return a new map
     */
    Map<String, Object> toMap(@Nullable String contact) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", PROBLEMS + reason().value().replace('_', '-'));
        map.put("title", reason().title());
        map.put("status", reason().status());
        map.put("detail", detail());
        map.put("instance", instance());
        map.put("decision", reason().decision().wireName());
        map.put("context", context());
        Obligation obligation = obligation();
        map.put("obligations", (obligation != null) ? List.of(obligation.toMap()) : List.of());
        map.put("advice", advice(contact));
        map.put("payment", payment());
        map.put("request_id", this.ids.requestId());
        if (this.ids.traceId() != null) {
            map.put("trace_id", this.ids.traceId());
        }
        return map;
    }

    /**
     * Returns an explanation. Where the payment was or may have been charged, it replaces
     * one of the reason that says the opposite.
     * @return the explanation
     */
    String detail() {
        if (reason().charged() != Charged.NO) {
            return reason().detail();
        }
        return switch (this.denial.charged()) {
            case NO -> reason().detail();
            case YES -> "The payment that was presented was charged before. Do not sign a new one.";
            case UNKNOWN -> "The payment that was presented may have been charged before. Do not sign a new one.";
        };
    }

    /**
     * Returns what would have to change. A new payment is not asked for unless the
     * presented one was certainly not charged.
     * @return the advice
     */
    RetryWith retryWith() {
        if (reason().retryWith() != RetryWith.NEW_PAYMENT || this.denial.charged() == Charged.NO) {
            return reason().retryWith();
        }
        return (reason().stage() == Stage.REQUEST) ? RetryWith.SAME_PAYMENT : RetryWith.NEVER;
    }

    private @Nullable Obligation obligation() {
        return (retryWith() == reason().retryWith()) ? reason().obligation() : null;
    }

    private String instance() {
        StringBuilder uuid = new StringBuilder(this.ids.requestId());
        if (uuid.indexOf("-") < 0 && uuid.length() == HEX_DIGITS) {
            HYPHENS.forEach((position) -> uuid.insert(position, "-"));
        }
        return uuid.insert(0, "urn:uuid:").toString();
    }

    private Map<String, Object> context() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("stage", reason().stage().wireName());
        context.put("reason", reason().code());
        if (!this.denial.required().isEmpty()) {
            context.put("required", this.denial.required());
        }
        return context;
    }

    private Map<String, Object> advice(@Nullable String contact) {
        Map<String, Object> advice = new LinkedHashMap<>();
        advice.put("retry_with", retryWith().wireName());
        if (this.denial.retryAfterSeconds() != null) {
            advice.put("retry_after", this.denial.retryAfterSeconds());
        }
        if (contact != null) {
            advice.put("contact", contact);
        }
        return advice;
    }

    private Map<String, Object> payment() {
        Map<String, Object> payment = new LinkedHashMap<>();
        payment.put("state", this.paymentState);
        payment.put("charged", this.denial.charged().wireName());
        if (!this.transaction.isEmpty()) {
            payment.put("transaction", this.transaction);
        }
        return payment;
    }

}

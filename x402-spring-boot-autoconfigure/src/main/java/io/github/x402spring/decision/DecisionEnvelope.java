package io.github.x402spring.decision;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Explains a refusal: the decision, why, what must be done, and what may help. Travels as
 * problem details.
 *
 * @param reason why the request is not served
 * @param requestId identifies the request: a UUID, with hyphens or without
 * @param traceId the W3C trace id, or {@code null} if the request has none
 * @param required what was asked for, by kind: {@code payment} with the terms by their
 * wire names, {@code scopes} with a list; empty if the caller need not know
 * @param paymentState the state of the presented payment in lower case; {@code none} if
 * none was presented
 * @param charged whether the payment was charged
 * @param transaction the transaction's hash, or the empty string if there is none
 * @param retryAfterSeconds when to try again, in seconds, or {@code null} if waiting does
 * not help
 * @since 0.1.0
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public record DecisionEnvelope(Reason reason, String requestId, @Nullable String traceId, Map<String, Object> required,
        String paymentState, Charged charged, String transaction, @Nullable Integer retryAfterSeconds) {

    /** The stable addresses of the documents that explain each reason. */
    private static final String PROBLEMS = "https://x402spring.github.io/problems/";

    private static final int HEX_DIGITS = 32;

    private static final List<Integer> HYPHENS = List.of(8, 13, 18, 23);

    public DecisionEnvelope {
        Objects.requireNonNull(reason, "'reason' must not be null");
        Objects.requireNonNull(requestId, "'requestId' must not be null");
        Objects.requireNonNull(charged, "'charged' must not be null");
        required = Collections.unmodifiableMap(new LinkedHashMap<>(required));
    }

    /**
     * Creates an envelope that says of the payment what its reason says.
     * @param reason why the request is not served
     * @param requestId identifies the request
     * @param traceId the W3C trace id, or {@code null}
     * @param required what was asked for, by kind
     * @param paymentState the state of the presented payment in lower case
     * @param transaction the transaction's hash, or the empty string
     * @param retryAfterSeconds when to try again, in seconds, or {@code null}
     */
    public DecisionEnvelope(Reason reason, String requestId, @Nullable String traceId, Map<String, Object> required,
            String paymentState, String transaction, @Nullable Integer retryAfterSeconds) {
        this(reason, requestId, traceId, required, paymentState, reason.charged(), transaction, retryAfterSeconds);
    }

    /**
     * Lays the members out as problem details.
     * @return a new map
     */
    public Map<String, Object> toMap() {
        return toMap(null);
    }

    /**
     * Lays the members out as problem details.
     * @param contact where callers find help, or {@code null} to name no place
     * @return a new map
     */
    public Map<String, Object> toMap(@Nullable String contact) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", PROBLEMS + this.reason.value().replace('_', '-'));
        map.put("title", this.reason.title());
        map.put("status", this.reason.status());
        map.put("detail", detail());
        map.put("instance", instance());
        map.put("decision", this.reason.decision().wireName());
        map.put("context", context());
        Obligation obligation = obligation();
        map.put("obligations", (obligation != null) ? List.of(obligation.toMap()) : List.of());
        map.put("advice", advice(contact));
        map.put("payment", payment());
        map.put("request_id", this.requestId);
        if (this.traceId != null) {
            map.put("trace_id", this.traceId);
        }
        return map;
    }

    /**
     * Returns an explanation. That of the reason says that nothing was charged; it is not
     * given where that is not so.
     * @return the explanation
     */
    public String detail() {
        if (this.reason.charged() != Charged.NO) {
            return this.reason.detail();
        }
        return switch (this.charged) {
            case NO -> this.reason.detail();
            case YES -> "The payment that was presented was charged before. Do not sign a new one.";
            case UNKNOWN -> "The payment that was presented may have been charged before. Do not sign a new one.";
        };
    }

    /**
     * Returns what would have to change. A new payment is not asked for unless the
     * presented one was certainly not charged.
     * @return the advice
     */
    public RetryWith retryWith() {
        if (this.reason.retryWith() != RetryWith.NEW_PAYMENT || this.charged == Charged.NO) {
            return this.reason.retryWith();
        }
        return (this.reason.stage() == Stage.REQUEST) ? RetryWith.SAME_PAYMENT : RetryWith.NEVER;
    }

    private @Nullable Obligation obligation() {
        return (retryWith() == this.reason.retryWith()) ? this.reason.obligation() : null;
    }

    private String instance() {
        StringBuilder uuid = new StringBuilder(this.requestId);
        if (uuid.indexOf("-") < 0 && uuid.length() == HEX_DIGITS) {
            HYPHENS.forEach((position) -> uuid.insert(position, "-"));
        }
        return uuid.insert(0, "urn:uuid:").toString();
    }

    private Map<String, Object> context() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("stage", this.reason.stage().wireName());
        context.put("reason", this.reason.code());
        if (!this.required.isEmpty()) {
            context.put("required", this.required);
        }
        return context;
    }

    private Map<String, Object> advice(@Nullable String contact) {
        Map<String, Object> advice = new LinkedHashMap<>();
        advice.put("retry_with", retryWith().wireName());
        if (this.retryAfterSeconds != null) {
            advice.put("retry_after", this.retryAfterSeconds);
        }
        if (contact != null) {
            advice.put("contact", contact);
        }
        return advice;
    }

    private Map<String, Object> payment() {
        Map<String, Object> payment = new LinkedHashMap<>();
        payment.put("state", this.paymentState);
        payment.put("charged", this.charged.wireName());
        if (!this.transaction.isEmpty()) {
            payment.put("transaction", this.transaction);
        }
        return payment;
    }

}

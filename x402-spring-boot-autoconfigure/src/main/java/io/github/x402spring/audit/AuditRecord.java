package io.github.x402spring.audit;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.PolicyRuling;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.operator.OperatorAction;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.reconcile.UnknownPaymentEnded;

/**
 * One fact about a request for a paid endpoint, or about a payment that ended after its
 * request. Identity, payment, decision and delivery are separate facts: a payment proves
 * nothing about the caller, and a granted request nothing about what was returned.
 * <p>
 * Records name callers and payers in the clear, because that is what they are for; no
 * record holds a signature, a key, a header of a payment or the content of a response.
 *
 * @since 0.1.0
 */
public sealed interface AuditRecord {

    /**
     * Returns what all records of the request share; there is no request of a
     * {@link PaymentEnded} and an {@link OperatorActed}.
     * @return the context
     */
    AuditContext context();

    /**
     * Returns the name of the kind of fact.
     * @return the name, such as {@code payment_event}
     */
    default String type() {
        return switch (this) {
            case IdentityEstablished identity -> "identity_established";
            case PolicyDecided decision -> "policy_decided";
            case PaymentRecorded payment -> "payment_event";
            case ResourceReturned returned -> "resource_returned";
            case OperatorActed acted -> "operator_action";
            case PaymentEnded ended -> "payment_ended";
        };
    }

    /**
     * Returns all of the record by the names that it has in JSON, for those who write it.
     * @return the members; absent ones are missing
     */
    default Map<String, Object> toMap() {
        AuditContext context = context();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type());
        members.put("at", context.at().toString());
        put(members, "request_id", context.requestId().isEmpty() ? null : context.requestId());
        put(members, "client_request_id", context.clientRequestId());
        put(members, "trace_id", context.traceId());
        put(members, "endpoint", context.endpoint().isEmpty() ? null : context.endpoint());
        members.put("rail", context.rail());
        put(members, "caller", context.caller());
        describe(members);
        return members;
    }

    /**
     * Adds what this kind of record has of its own.
     * @param members the members so far
     */
    void describe(Map<String, Object> members);

    private static void put(Map<String, Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value);
        }
    }

    private static @Nullable String present(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable String name(@Nullable Reason reason) {
        return (reason != null) ? reason.value() : null;
    }

    /**
     * The caller is known by name. There is no such record of an anonymous caller.
     *
     * @param context what all records of the request share, the caller among it
     * @param authentication how the identity was established, by the simple name of the
     * type that stands for it; empty if that is unknown
     */
    record IdentityEstablished(AuditContext context, String authentication) implements AuditRecord {

        public IdentityEstablished {
            Objects.requireNonNull(context, "'context' must not be null");
            Objects.requireNonNull(authentication, "'authentication' must not be null");
        }

        @Override
        public void describe(Map<String, Object> members) {
            members.put("authentication", this.authentication);
        }

    }

    /**
     * A policy said yes or no to a verified payment, or something else that guards the
     * endpoint said no.
     *
     * @param context what all records of the request share
     * @param granted whether the caller may have the response
     * @param reason why not, as the response states; {@code null} if it may
     * @param rulings what each policy said, in order; empty if it was something else that
     * refused, such as method security
     */
    record PolicyDecided(AuditContext context, boolean granted, @Nullable Reason reason,
            List<PolicyRuling> rulings) implements AuditRecord {

        public PolicyDecided {
            Objects.requireNonNull(context, "'context' must not be null");
            rulings = List.copyOf(rulings);
        }

        @Override
        public void describe(Map<String, Object> members) {
            members.put("granted", this.granted);
            put(members, "reason", name(this.reason));
            members.put("rulings", this.rulings.stream().map(PolicyDecided::describe).toList());
        }

        private static Map<String, Object> describe(PolicyRuling ruling) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("granted", ruling.granted());
            members.put("policy", ruling.policy());
            if (!ruling.cause().isEmpty()) {
                members.put("cause", ruling.cause());
            }
            if (!ruling.obligations().isEmpty()) {
                members.put("obligations", ruling.obligations().stream().map(PolicyDecided::describe).toList());
            }
            return members;
        }

        private static Map<String, Object> describe(PolicyObligation obligation) {
            Map<String, Object> attributes = new LinkedHashMap<>();
            obligation.attributes().forEach((name, value) -> put(attributes, name, plain(value)));
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("type", obligation.type());
            members.put("attributes", attributes);
            return members;
        }

        /** What a policy in Java says may be anything. */
        private static @Nullable Object plain(@Nullable Object value) {
            return switch (value) {
                case null -> null;
                case Boolean flag -> flag;
                case Number number -> number;
                case Collection<?> items -> items.stream().map(PolicyDecided::plain).filter(Objects::nonNull).toList();
                default -> value.toString();
            };
        }

    }

    /**
     * Something happened to a payment.
     *
     * @param context what all records of the request share
     * @param event {@value #SETTLING}, written before a payment is sent to be settled; or
     * the outcome of the request, as
     * {@link io.github.x402spring.exchange.ExchangeDecision#value()} names it
     * @param reason why nothing was delivered, or {@code null} if no reason was given
     * @param payment the payment, or {@code null} if none was presented or it could not
     * be read so far
     * @param transaction the hash of the transaction that settled the payment, or
     * {@code null} if it was not settled
     * @param remark what a facilitator that refused the payment said
     */
    record PaymentRecorded(AuditContext context, String event, @Nullable Reason reason,
            @Nullable ClaimedPayment payment, @Nullable String transaction,
            FacilitatorRemark remark) implements AuditRecord {

        /** The event of a payment that is about to be sent to be settled. */
        public static final String SETTLING = "settling";

        public PaymentRecorded {
            Objects.requireNonNull(context, "'context' must not be null");
            Objects.requireNonNull(event, "'event' must not be null");
            Objects.requireNonNull(remark, "'remark' must not be null");
        }

        @Override
        public void describe(Map<String, Object> members) {
            members.put("event", this.event);
            put(members, "reason", name(this.reason));
            ClaimedPayment payment = this.payment;
            if (payment != null) {
                PaymentRequirements terms = payment.terms();
                members.put("scheme", terms.scheme());
                members.put("network", terms.network().toString());
                members.put("asset", terms.asset());
                members.put("amount", terms.amount().toString());
                members.put("pay_to", terms.payTo());
                members.put("payer", payment.payer());
                members.put("verified", payment.verified());
            }
            put(members, "transaction", this.transaction);
            put(members, "facilitator_reason", present(this.remark.reason()));
            put(members, "facilitator_message", present(this.remark.message()));
            put(members, "facilitator_correlation_id", present(this.remark.correlationId()));
        }

    }

    /**
     * Something was returned. Its content is in no record.
     *
     * @param context what all records of the request share
     * @param status the HTTP status
     * @param response what left of the handler's own response; none if the request was
     * refused
     */
    record ResourceReturned(AuditContext context, int status, DeliveredResponse response) implements AuditRecord {

        public ResourceReturned {
            Objects.requireNonNull(context, "'context' must not be null");
            Objects.requireNonNull(response, "'response' must not be null");
        }

        @Override
        public void describe(Map<String, Object> members) {
            members.put("status", this.status);
            members.put("delivery", this.response.delivery().value());
            members.put("bytes", this.response.bytes());
            put(members, "sha256", this.response.sha256());
        }

    }

    /**
     * An operator did something while the application ran. The operator is the caller.
     *
     * @param context when, and by whom; there is no request for a paid endpoint
     * @param action what was done, and to what
     */
    record OperatorActed(AuditContext context, OperatorAction action) implements AuditRecord {

        public OperatorActed {
            Objects.requireNonNull(context, "'context' must not be null");
            Objects.requireNonNull(action, "'action' must not be null");
        }

        @Override
        public void describe(Map<String, Object> members) {
            members.put("action", this.action.action());
            members.put("details", new TreeMap<>(this.action.details()));
        }

    }

    /**
     * A payment whose outcome was unknown has ended outside of any request.
     *
     * @param context when, and by which protocol; there is no request and no caller
     * @param payment the payment, and how it ended
     */
    record PaymentEnded(AuditContext context, UnknownPaymentEnded payment) implements AuditRecord {

        public PaymentEnded {
            Objects.requireNonNull(context, "'context' must not be null");
            Objects.requireNonNull(payment, "'payment' must not be null");
        }

        @Override
        public void describe(Map<String, Object> members) {
            PaymentKey key = this.payment.key();
            StoredTerms terms = this.payment.terms();
            members.put("state", this.payment.state().name().toLowerCase(Locale.ROOT));
            members.put("scheme", terms.scheme());
            members.put("network", key.network().toString());
            members.put("asset", key.asset());
            members.put("amount", terms.amount().toString());
            members.put("pay_to", terms.payTo());
            members.put("payer", key.payer());
            members.put("valid_before", this.payment.validBefore().toString());
            put(members, "transaction", this.payment.transaction());
        }

    }

}

package io.github.x402spring.audit;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

import io.github.x402spring.gate.UnknownPaymentEnded;
import io.github.x402spring.gate.UnknownPaymentListener;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Publisher of records as Spring Boot's audit events, which end in its
 * {@code AuditEventRepository}: types are {@code X402_IDENTITY_ESTABLISHED},
 * {@code X402_POLICY_DECIDED}, {@code X402_PAYMENT_EVENT} and
 * {@code X402_RESOURCE_RETURNED}; and {@value #PAYMENT_ENDED} for payments of unknown
 * outcome that have ended outside of any request.
 *
 * @since 0.1.0
 */
public final class RepositoryAuditSink implements AuditSink, UnknownPaymentListener {

    /** The type of events of payments that ended outside of any request. */
    public static final String PAYMENT_ENDED = "X402_PAYMENT_ENDED";

    /** The principal where nobody knows the caller, as Spring Boot has it. */
    private static final String UNKNOWN = "<unknown>";

    private final ApplicationEventPublisher events;

    /**
     * Creates a sink.
     * @param events where events are published
     */
    public RepositoryAuditSink(ApplicationEventPublisher events) {
        Assert.notNull(events, "'events' must not be null");
        this.events = events;
    }

    @Override
    public void write(AuditRecord record) {
        Map<String, Object> data = record.toMap();
        data.remove("type");
        data.remove("at");
        data.remove("caller");
        String caller = record.context().caller();
        AuditEvent event = new AuditEvent(record.context().at(), (caller != null) ? caller : UNKNOWN,
                "X402_" + record.type().toUpperCase(Locale.ROOT), data);
        this.events.publishEvent(new AuditApplicationEvent(event));
    }

    @Override
    public void ended(UnknownPayment payment, Conclusion conclusion) {
        UnknownPaymentEnded ended = UnknownPaymentEnded.of(payment, conclusion);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("state", ended.state().name().toLowerCase(Locale.ROOT));
        data.put("rail", payment.rail().value());
        data.put("scheme", payment.scheme());
        data.put("network", payment.key().network().toString());
        data.put("asset", payment.key().asset());
        data.put("amount", payment.amount().toString());
        data.put("pay_to", payment.payTo());
        data.put("payer", payment.key().payer());
        data.put("valid_before", payment.validBefore().toString());
        String transaction = ended.transaction();
        if (transaction != null) {
            data.put("transaction", transaction);
        }
        this.events.publishEvent(new AuditApplicationEvent(new AuditEvent(UNKNOWN, PAYMENT_ENDED, data)));
    }

}

package io.github.x402spring.autoconfigure.audit;

import java.util.Locale;
import java.util.Map;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditSink;

/**
 * Publisher of records as Spring Boot's audit events, which end in its
 * {@code AuditEventRepository}: types are {@code X402_IDENTITY_ESTABLISHED},
 * {@code X402_POLICY_DECIDED}, {@code X402_PAYMENT_EVENT},
 * {@code X402_RESOURCE_RETURNED}, {@code X402_PAYMENT_ENDED} and
 * {@code X402_OPERATOR_ACTION}.
 */
final class RepositoryAuditSink implements AuditSink {

    /** Principal of an anonymous caller, as Spring Boot names it. */
    private static final String UNKNOWN = "<unknown>";

    private final ApplicationEventPublisher events;

    RepositoryAuditSink(ApplicationEventPublisher events) {
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

}

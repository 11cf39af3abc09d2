package io.github.x402spring.audit;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

/**
 * Publishes records as application events, for {@code @EventListener} methods of their
 * types. A listener that fails has not written the record.
 *
 * @since 0.1.0
 */
public final class EventAuditSink implements AuditSink {

    private final ApplicationEventPublisher events;

    /**
     * Creates a sink.
     * @param events where records are published
     */
    public EventAuditSink(ApplicationEventPublisher events) {
        Assert.notNull(events, "'events' must not be null");
        this.events = events;
    }

    @Override
    public void write(AuditRecord record) {
        this.events.publishEvent(record);
    }

}

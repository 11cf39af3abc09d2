package io.github.x402spring.autoconfigure.audit;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;

import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditSink;

/**
 * Sink that publishes records as application events, for {@code @EventListener} methods
 * of their types. If a listener fails, the record counts as not written. Without a
 * listener nothing is published: an event costs more than the record.
 */
final class EventAuditSink implements AuditSink {

    private final ApplicationContext context;

    private volatile Heard heard = new Heard(-1, false);

    EventAuditSink(ApplicationContext context) {
        Assert.notNull(context, "'context' must not be null");
        this.context = context;
    }

    @Override
    public void write(AuditRecord record) {
        if (wanted()) {
            this.context.publishEvent(record);
        }
    }

    /**
     * Listeners come until the context is refreshed, and now and then later. A context of
     * another kind does not tell of them.
     */
    @Override
    public boolean wanted() {
        int listeners = 0;
        for (ApplicationContext at = this.context; at != null; at = at.getParent()) {
            if (!(at instanceof AbstractApplicationContext known)) {
                return true;
            }
            listeners += known.getApplicationListeners().size();
        }
        Heard heard = this.heard;
        if (heard.listeners() != listeners) {
            heard = new Heard(listeners, anybodyListens());
            this.heard = heard;
        }
        return heard.wanted();
    }

    private boolean anybodyListens() {
        for (ApplicationContext at = this.context; at != null; at = at.getParent()) {
            if (((AbstractApplicationContext) at).getApplicationListeners().stream().anyMatch(EventAuditSink::hears)) {
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("unchecked")
    private static boolean hears(ApplicationListener<?> listener) {
        GenericApplicationListener generic = (listener instanceof GenericApplicationListener itself) ? itself
                : new GenericApplicationListenerAdapter((ApplicationListener<ApplicationEvent>) listener);
        // Frameworks have listeners that look at every event there is.
        if (hears(generic, EventAuditSink.class)) {
            return false;
        }
        for (Class<?> type : AuditRecord.class.getPermittedSubclasses()) {
            if (hears(generic, type)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hears(GenericApplicationListener listener, Class<?> payload) {
        return listener.supportsEventType(ResolvableType.forClassWithGenerics(PayloadApplicationEvent.class, payload));
    }

    private record Heard(int listeners, boolean wanted) {
    }

}

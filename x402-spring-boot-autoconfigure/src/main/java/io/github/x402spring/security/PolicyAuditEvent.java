package io.github.x402spring.security;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEvent;

/**
 * Event that is published when a policy obliges this server to record a request that it
 * allows. The source is the {@link PaidRequest}.
 *
 * @since 0.1.0
 */
public final class PolicyAuditEvent extends ApplicationEvent {

    private static final long serialVersionUID = 1L;

    private final transient Map<String, @Nullable Object> attributes;

    PolicyAuditEvent(PaidRequest request, Map<String, @Nullable Object> attributes) {
        super(request);
        this.attributes = attributes;
    }

    /**
     * Returns the request.
     * @return the request
     */
    public PaidRequest request() {
        return (PaidRequest) getSource();
    }

    /**
     * Returns what the policy wants recorded.
     * @return the attributes of the obligation
     */
    public Map<String, @Nullable Object> attributes() {
        return this.attributes;
    }

}

package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;

/**
 * Is what is observed of a policy's decision.
 *
 * @since 0.1.0
 */
public final class AuthorizeObservationContext extends Observation.Context {

    private final PaidEndpointDefinition endpoint;

    private @Nullable Permission permission;

    private boolean ended;

    AuthorizeObservationContext(PaidEndpointDefinition endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Returns what the caller wants.
     * @return the endpoint
     */
    public PaidEndpointDefinition getEndpoint() {
        return this.endpoint;
    }

    /**
     * Returns what the policy said.
     * @return the permission, or {@code null} while it is being asked, or if it failed
     */
    public @Nullable Permission getPermission() {
        return this.permission;
    }

    /**
     * Tells whether the policy was asked and has answered or failed.
     * @return whether it has
     */
    public boolean isEnded() {
        return this.ended;
    }

    void setPermission(Permission permission) {
        this.permission = permission;
    }

    void end() {
        this.ended = true;
    }

}

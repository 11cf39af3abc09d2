package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;

/**
 * Context of the observation of a policy's decision.
 *
 * @since 0.1.0
 */
public class AuthorizeObservationContext extends Observation.Context {

    private final PaidEndpointDefinition endpoint;

    private @Nullable Permission permission;

    private boolean ended;

    /**
     * Creates a context.
     * @param endpoint the endpoint that the caller requests
     */
    public AuthorizeObservationContext(PaidEndpointDefinition endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Returns the endpoint that the caller requests.
     * @return the endpoint
     */
    public PaidEndpointDefinition getEndpoint() {
        return this.endpoint;
    }

    /**
     * Returns the decision.
     * @return the permission, or {@code null} while the call is in flight, or if it
     * failed
     */
    public @Nullable Permission getPermission() {
        return this.permission;
    }

    /**
     * Returns whether the policy has decided or failed.
     * @return {@code false} while the call is in flight
     */
    public boolean isEnded() {
        return this.ended;
    }

    /**
     * Sets the decision.
     * @param permission the permission
     */
    public void setPermission(Permission permission) {
        this.permission = permission;
    }

    /**
     * Marks the call as ended, with a permission or without one.
     */
    public void end() {
        this.ended = true;
    }

}

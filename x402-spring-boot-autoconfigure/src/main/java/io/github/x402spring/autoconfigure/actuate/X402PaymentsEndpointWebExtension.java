package io.github.x402spring.autoconfigure.actuate;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

import io.github.x402spring.autoconfigure.actuate.PaymentsView.PaymentsRequest;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} for the
 * {@link X402PaymentsEndpoint}. Shows payers to callers of certain roles only.
 */
@EndpointWebExtension(endpoint = X402PaymentsEndpoint.class)
final class X402PaymentsEndpointWebExtension {

    private final X402PaymentsEndpoint endpoint;

    private final Show showValues;

    private final Set<String> roles;

    X402PaymentsEndpointWebExtension(X402PaymentsEndpoint endpoint, Show showValues, Set<String> roles) {
        this.endpoint = endpoint;
        this.showValues = showValues;
        this.roles = Set.copyOf(roles);
    }

    @ReadOperation
    PaymentsView.@Nullable Payments list(SecurityContext context, @Nullable String endpoint, @Nullable String state,
            @Nullable String payer, @Nullable String caller, @Nullable String from, @Nullable String to,
            @Nullable String after, @Nullable Integer limit) {
        return this.endpoint.list(new PaymentsRequest(endpoint, state, payer, caller, from, to, after, limit),
                shown(context));
    }

    @ReadOperation
    PaymentsView.@Nullable Timeline show(SecurityContext context, @Selector String id) {
        return this.endpoint.show(id, shown(context));
    }

    /** Without roles {@link Show} would authorize all authenticated callers. */
    private boolean shown(SecurityContext context) {
        return (!this.roles.isEmpty() || this.showValues == Show.ALWAYS)
                && this.showValues.isShown(context, this.roles);
    }

}

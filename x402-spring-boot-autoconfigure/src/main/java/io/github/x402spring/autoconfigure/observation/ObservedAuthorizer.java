package io.github.x402spring.autoconfigure.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.observation.AuthorizeObservationContext;
import io.github.x402spring.observation.AuthorizeObservationConvention;
import io.github.x402spring.observation.DefaultAuthorizeObservationConvention;
import io.github.x402spring.observation.X402Observation;

/**
 * Observes what a policy decides about verified payments.
 */
final class ObservedAuthorizer implements PaymentAuthorizer {

    private static final AuthorizeObservationConvention STANDARD = new DefaultAuthorizeObservationConvention();

    private final PaymentAuthorizer target;

    private final ObservationRegistry registry;

    private final @Nullable AuthorizeObservationConvention custom;

    ObservedAuthorizer(PaymentAuthorizer target, ObservationRegistry registry,
            @Nullable AuthorizeObservationConvention custom) {
        this.target = target;
        this.registry = registry;
        this.custom = custom;
    }

    @Override
    public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
        return this.target.lacksIdentity(endpoint, exchange);
    }

    @Override
    public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange, VerifiedPayment payment) {
        if (this.registry.isNoop()) {
            return this.target.authorize(endpoint, exchange, payment);
        }
        AuthorizeObservationContext context = new AuthorizeObservationContext(endpoint);
        Observation observation = X402Observation.AUTHORIZE.start(this.custom, STANDARD, () -> context, this.registry);
        try (Observation.Scope scope = observation.openScope()) {
            Permission permission = this.target.authorize(endpoint, exchange, payment);
            context.setPermission(permission);
            return permission;
        }
        finally {
            context.end();
            observation.stop();
        }
    }

}

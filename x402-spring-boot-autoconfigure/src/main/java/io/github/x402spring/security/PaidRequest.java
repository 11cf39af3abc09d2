package io.github.x402spring.security;

import java.util.Objects;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;

/**
 * Request whose payment was verified and not yet settled, for an
 * {@code AuthorizationManager} to decide about. Declare a bean of type
 * {@code AuthorizationManager<PaidRequest>} to decide in code: it replaces the default
 * rule, and where an endpoint states an expression of its own, both have to agree.
 *
 * @param request the request
 * @param endpoint the paid endpoint
 * @param payment the verified payment; it identifies the payer and not the caller
 * @since 0.1.0
 */
public record PaidRequest(PaidExchange request, PaidEndpointDefinition endpoint, VerifiedPayment payment) {

    public PaidRequest {
        Objects.requireNonNull(request, "'request' must not be null");
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(payment, "'payment' must not be null");
    }

}

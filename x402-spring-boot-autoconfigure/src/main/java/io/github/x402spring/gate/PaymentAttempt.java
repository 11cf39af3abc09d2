package io.github.x402spring.gate;

import java.util.List;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ResourceInfo;

/**
 * Is a payment presented to a paid endpoint.
 *
 * @param endpoint the endpoint
 * @param resource what is being bought
 * @param offers the terms of this request, in order of preference
 * @param payload the payment as the client sent it
 * @param exchange the request that it came with
 * @since 0.1.0
 */
public record PaymentAttempt(PaidEndpointDefinition endpoint, ResourceInfo resource, List<Offer> offers,
        PaymentPayload payload, PaidExchange exchange) {
}

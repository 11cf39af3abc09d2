package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;

import io.github.x402spring.exchange.PaidEndpointDefinition;

/**
 * Stand-in for the gate of functional endpoints, in tests that are not about payments: a
 * bean of this type has all of them served without payment. The starter declares none.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface UnpaidFunctions {

    /**
     * Decides whether a handler function may run. Called on the thread of the request.
     * @param endpoint the endpoint that the function serves
     * @param request the request
     * @throws RuntimeException if the function may not run
     */
    void check(PaidEndpointDefinition endpoint, HttpServletRequest request);

}

package io.github.x402spring.gate;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.Price;

/**
 * Computes a price from a request. Declare a bean of this type to set prices in code: its
 * answer wins over {@code application.yml}, which wins over the annotation.
 * <p>
 * It is asked twice, for the challenge and for the paid request, and must give the same
 * price to the same request for as long as a client may take to pay: otherwise the client
 * is challenged again. It must not read the body. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PriceResolver {

    /**
     * Computes the price.
     * @param request what the price may depend on
     * @return the price, or {@code null} to use the configured one
     */
    @Nullable Price resolve(PriceRequest request);

    /**
     * Is what a price may depend on.
     *
     * @param endpoint the endpoint's name
     * @param pathVariables the decoded path variables
     * @param parameters the request's query parameters
     */
    record PriceRequest(String endpoint, Map<String, String> pathVariables, Map<String, List<String>> parameters) {
    }

}

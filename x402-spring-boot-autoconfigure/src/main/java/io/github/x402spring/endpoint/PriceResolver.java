package io.github.x402spring.endpoint;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.Price;
import io.github.x402spring.exchange.PaidExchange;

/**
 * Prices that code computes from a request. Declare a bean of this type to set prices in
 * code: its price wins over {@code application.yml}, which wins over the annotation.
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
     * @throws InvalidPriceRequestException if what the caller sent has no price
     */
    @Nullable Price resolve(PriceRequest request);

    /**
     * Data that a price may depend on.
     *
     * @param endpoint the endpoint's name
     * @param exchange the request
     * @param parameters all values of each parameter, in the order in which the handler
     * gets them. A request that presents a payment has those of its query and of its
     * form; any other those of its query alone, because its body need not have been sent.
     * Read when they are first asked for, and not to be stored
     */
    record PriceRequest(String endpoint, PaidExchange exchange, Map<String, List<String>> parameters) {

        /**
         * Returns the variable parts of the address.
         * @return the decoded values by name
         */
        public Map<String, String> pathVariables() {
            return this.exchange.pathVariables();
        }

        /**
         * Returns the value of a parameter that occurs once. Of several values, a handler
         * may use another one than a price does.
         * @param name the name of the parameter
         * @return the value, or {@code null} if the request does not have the parameter
         * @throws InvalidPriceRequestException if the parameter occurs more than once in
         * query and form
         */
        public @Nullable String parameter(String name) {
            List<String> values = this.parameters.get(name);
            if (values == null || values.isEmpty()) {
                return null;
            }
            if (values.size() > 1) {
                throw new InvalidPriceRequestException("A parameter that decides the price occurs more than once");
            }
            return values.get(0);
        }

    }

}

package io.github.x402spring.webmvc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.Assert;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;

/**
 * Prices of functional endpoints, which are sold over HTTP 402.
 *
 * <pre class="code">
 * RouterFunctions.route()
 *     .GET("/weather", this::weather)
 *     .filter(X402Functions.paid("weather", "$0.01"))
 *     .build();
 * </pre>
 * <p>
 * The filter is for all routes of the builder, or of the router function, that it is
 * added to.
 * <ul>
 * <li>It comes first among the filters of its builder. Filters that follow it are inside:
 * they run for admitted payments only, one that does not call the next handler function
 * keeps the payment from being settled, and so does an exception, even where
 * {@code onError} turns it into a response.</li>
 * <li>Behind another filter of the same builder it charges all the same, but is unknown
 * until its route is first called, and has to be the last.</li>
 * <li>Filters of a router function that is nested inside, or a second price, are an
 * error.</li>
 * <li>It is made where routes are built, and not for each request: of those that are
 * found while the application runs, 1,000 are served.</li>
 * </ul>
 * A class that implements
 * {@link org.springframework.web.servlet.function.HandlerFunction} and is a bean may have
 * {@link PaidEndpoint} instead.
 *
 * @since 0.1.0
 */
public final class X402Functions {

    private X402Functions() {
    }

    /**
     * Creates a filter that charges what configuration states under
     * {@code x402.endpoints.<name>}.
     * @param name the name of the endpoint: letters, digits and dashes
     * @return the filter
     */
    public static HandlerFilterFunction<ServerResponse, ServerResponse> paid(String name) {
        return paid(name, (endpoint) -> {
        });
    }

    /**
     * Creates a filter that charges a price, unless configuration states another.
     * @param name the name of the endpoint: letters, digits and dashes
     * @param price the price, written as in {@link PaidEndpoint#price()}
     * @return the filter
     */
    public static HandlerFilterFunction<ServerResponse, ServerResponse> paid(String name, String price) {
        return paid(name, (endpoint) -> endpoint.price(price));
    }

    /**
     * Creates a filter that charges under the given terms, as far as configuration states
     * no others.
     * @param name the name of the endpoint: letters, digits and dashes
     * @param customizer states what {@link PaidEndpoint} has members for; called once
     * @return the filter
     */
    public static HandlerFilterFunction<ServerResponse, ServerResponse> paid(String name,
            Consumer<Endpoint> customizer) {
        Assert.hasText(name, "'name' must not be empty");
        Assert.notNull(customizer, "'customizer' must not be null");
        Endpoint endpoint = new Endpoint(name);
        customizer.accept(endpoint);
        return new PaidFunctionFilter(endpoint.declaration());
    }

    /**
     * Returns the evidence that a request carries a payment that was verified.
     * @param request the request, as a handler function gets it
     * @return the payment; empty outside of paid endpoints
     */
    public static Optional<VerifiedPayment> payment(ServerRequest request) {
        return Optional.ofNullable(AdmittedRequest.of(request.servletRequest())).map(AdmittedRequest::payment);
    }

    /**
     * Terms of an endpoint, in the words of {@link PaidEndpoint}. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Endpoint {

        private final Map<String, Object> members = new LinkedHashMap<>();

        Endpoint(String name) {
            this.members.put("value", name);
        }

        /**
         * States the price.
         * @param price the price
         * @return these terms
         * @see PaidEndpoint#price()
         */
        public Endpoint price(String price) {
            return with("price", price);
        }

        /**
         * Names the network to pay on.
         * @param network the network
         * @return these terms
         * @see PaidEndpoint#network()
         */
        public Endpoint network(String network) {
            return with("network", network);
        }

        /**
         * Names the scheme to pay by.
         * @param scheme the scheme
         * @return these terms
         * @see PaidEndpoint#scheme()
         */
        public Endpoint scheme(String scheme) {
            return with("scheme", scheme);
        }

        /**
         * Names the token.
         * @param asset the token
         * @return these terms
         * @see PaidEndpoint#asset()
         */
        public Endpoint asset(String asset) {
            return with("asset", asset);
        }

        /**
         * Names the recipient's address.
         * @param payTo the address
         * @return these terms
         * @see PaidEndpoint#payTo()
         */
        public Endpoint payTo(String payTo) {
            return with("payTo", payTo);
        }

        /**
         * Describes to the buyer what it gets.
         * @param description the description
         * @return these terms
         * @see PaidEndpoint#description()
         */
        public Endpoint description(String description) {
            return with("description", description);
        }

        /**
         * Names the media type of the response.
         * @param mimeType the media type
         * @return these terms
         * @see PaidEndpoint#mimeType()
         */
        public Endpoint mimeType(String mimeType) {
            return with("mimeType", mimeType);
        }

        /**
         * States who may have the response once it is paid for.
         * @param authorize the expression
         * @return these terms
         * @see PaidEndpoint#authorize()
         */
        public Endpoint authorize(String authorize) {
            return with("authorize", authorize);
        }

        /**
         * States when the payment is settled.
         * @param flow the flow
         * @return these terms
         * @see PaidEndpoint#flow()
         */
        public Endpoint flow(PaymentFlow flow) {
            return with("flow", flow);
        }

        /**
         * Names what limits know the endpoint by, beside its name.
         * @param tags the tags
         * @return these terms
         * @see PaidEndpoint#tags()
         */
        public Endpoint tags(String... tags) {
            return with("tags", tags.clone());
        }

        /**
         * States whether the handler function may run twice for one request.
         * @param idempotent whether it may
         * @return these terms
         * @see PaidEndpoint#idempotent()
         */
        public Endpoint idempotent(boolean idempotent) {
            return with("idempotent", idempotent);
        }

        /**
         * Limits the life of an authorization.
         * @param seconds the number of seconds
         * @return these terms
         * @see PaidEndpoint#maxTimeoutSeconds()
         */
        public Endpoint maxTimeoutSeconds(int seconds) {
            return with("maxTimeoutSeconds", seconds);
        }

        private Endpoint with(String member, Object value) {
            Assert.notNull(value, () -> "'" + member + "' must not be null");
            this.members.put(member, value);
            return this;
        }

        PaidEndpoint declaration() {
            return AnnotationUtils.synthesizeAnnotation(this.members, PaidEndpoint.class, null);
        }

    }

}

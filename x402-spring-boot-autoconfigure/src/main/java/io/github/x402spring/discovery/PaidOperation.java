package io.github.x402spring.discovery;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

/**
 * HTTP operation with a price, as it is documented. Made by the starter; its constructor
 * is not API.
 *
 * @param endpoint the endpoint that the operation belongs to
 * @param method the HTTP method
 * @param path the path with its variable parts in braces, as OpenAPI has it
 * @param parameters the parameters
 * @param body the body of a request, or {@code null} if it has none
 * @param response the body of a paid response
 * @param ways the ways to pay, in order of preference
 * @param identityRequired whether the caller has to be known
 * @param obstacles reasons for which a request that is made from the document gets
 * another response than the terms
 * @since 0.1.0
 */
public record PaidOperation(PaidEndpointDefinition endpoint, String method, String path, List<Parameter> parameters,
        @Nullable Content body, Content response, List<WayToPay> ways, boolean identityRequired,
        List<String> obstacles) {

    public PaidOperation {
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(method, "'method' must not be null");
        Objects.requireNonNull(path, "'path' must not be null");
        Objects.requireNonNull(response, "'response' must not be null");
        parameters = List.copyOf(parameters);
        ways = List.copyOf(ways);
        obstacles = List.copyOf(obstacles);
    }

    String title() {
        return this.endpoint.description().isEmpty() ? this.endpoint.name() : this.endpoint.description();
    }

    boolean takesBody() {
        return List.of("POST", "PUT", "PATCH").contains(this.method);
    }

    List<Parameter> parametersIn(String place) {
        return this.parameters.stream().filter((parameter) -> parameter.in().equals(place)).toList();
    }

    /**
     * Parameter of a request.
     *
     * @param name the name
     * @param in the place: {@code path}, {@code query}, {@code header} or {@code cookie}
     * @param required whether a request has to have it
     * @param schema the JSON schema of its value
     */
    public record Parameter(String name, String in, boolean required, Map<String, Object> schema) {

    }

    /**
     * Body of a request or of a response.
     *
     * @param mediaType the media type
     * @param schema the JSON schema; empty if it is not known
     * @param example an example, or {@code null} to make one from the schema
     */
    public record Content(String mediaType, Map<String, Object> schema, @Nullable Object example) {

        Object shown() {
            return (this.example != null) ? this.example : SchemaExamples.of(this.schema);
        }

    }

    /**
     * One way to pay.
     *
     * @param terms the terms, whose amount counts only if it is fixed
     * @param fixed whether the amount is the same for each request
     * @param minimum the lowest price in dollars, or {@code null} if it is not known
     * @param maximum the highest price in dollars, or {@code null} if it is not known
     * @param dollar whether the token is worth a dollar
     * @param decimals the number of decimal places of the token
     */
    public record WayToPay(PaymentRequirements terms, boolean fixed, @Nullable BigDecimal minimum,
            @Nullable BigDecimal maximum, boolean dollar, int decimals) {

        boolean covers(TokenAmount amount) {
            BigDecimal dollars = new BigDecimal(amount.value()).movePointLeft(this.decimals);
            return (this.minimum == null || dollars.compareTo(this.minimum) >= 0)
                    && (this.maximum == null || dollars.compareTo(this.maximum) <= 0);
        }

    }

}

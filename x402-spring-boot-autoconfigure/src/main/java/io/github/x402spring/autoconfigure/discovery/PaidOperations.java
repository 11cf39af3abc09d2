package io.github.x402spring.autoconfigure.discovery;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.autoconfigure.X402DiscoveryProperties;
import io.github.x402spring.discovery.PaidOperation;
import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;
import io.github.x402spring.discovery.PaidOperation.WayToPay;
import io.github.x402spring.endpoint.EndpointRegistry.Terms;
import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.endpoint.RegisteredEndpoint.Mapping;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Collection of paid operations from the handlers that are registered with a price.
 */
final class PaidOperations {

    private static final String JSON = "application/json";

    private static final Pattern VARIABLE = Pattern
        .compile("\\{\\*?([^{}:]+)(?::((?:[^{}]|\\{[^{}]*})+))?}|(\\*+)|\\?");

    private final List<PaidOperation> operations = new ArrayList<>();

    private final Settings settings;

    PaidOperations(Settings settings) {
        this.settings = settings;
    }

    /** Returns the operations by path and method. */
    List<PaidOperation> list() {
        return this.operations.stream()
            .sorted(Comparator.comparing(PaidOperation::path).thenComparing(PaidOperation::method))
            .toList();
    }

    void add(RegisteredEndpoint endpoint, RequestMappingInfo info, HandlerMethod handler,
            List<HandlerMethodArgumentResolver> resolvers) {
        HandlerSignature signature = HandlerSignature.of(handler, this.settings.schemas(), resolvers);
        String consumes = mediaType(info.getConsumesCondition().getConsumableMediaTypes());
        String produces = mediaType(info.getProducesCondition().getProducibleMediaTypes());
        Content body = signature.body(consumes);
        Set<String> methods = new TreeSet<>();
        info.getMethodsCondition().getMethods().forEach((method) -> methods.add(method.name()));
        for (String pattern : info.getPatternValues()) {
            add(endpoint, pattern, methods, signature.parameters(), body,
                    (mimeType) -> signature.response(handler, (mimeType != null) ? mimeType : produces),
                    obstacles(info, consumes, produces));
        }
    }

    /**
     * Adds a route of a handler function, which shows neither what it takes nor returns.
     */
    void add(Mapping mapping) {
        for (String pattern : mapping.patterns()) {
            add(mapping.endpoint(), pattern, mapping.methods(), List.of(), null,
                    (mimeType) -> new Content((mimeType != null) ? mimeType : JSON, Map.of(), null), List.of());
        }
    }

    private void add(RegisteredEndpoint endpoint, String pattern, Set<String> methods, List<Parameter> declared,
            @Nullable Content body, ResponseReader response, List<String> obstacles) {
        List<Parameter> parameters = new ArrayList<>();
        String path = this.settings.pathPrefix() + path(pattern, declared, parameters);
        declared.stream().filter((parameter) -> !parameter.in().equals("path")).forEach(parameters::add);
        String mimeType = endpoint.definition().mimeType();
        List<WayToPay> ways = ways(endpoint);
        X402DiscoveryProperties.Endpoint stated = this.settings.properties()
            .endpoints()
            .get(endpoint.definition().name());
        for (String method : methods.isEmpty() ? Set.of((body != null) ? "POST" : "GET") : methods) {
            if (Set.of("HEAD", "OPTIONS", "TRACE").contains(method)) {
                continue;
            }
            PaidOperation operation = new PaidOperation(endpoint.definition(), method, path, parameters, body,
                    response.read(mimeType.isEmpty() ? null : mimeType), ways,
                    this.settings.identityRequired().test(endpoint.definition()), obstacles);
            this.operations.add(
                    (stated != null) ? new StatedSchemas(this.settings.schemas(), stated).apply(operation) : operation);
        }
    }

    /** Puts a pattern into the form of OpenAPI, and describes its variable parts. */
    private static String path(String pattern, List<Parameter> declared, List<Parameter> parameters) {
        StringBuilder path = new StringBuilder();
        Matcher matcher = VARIABLE.matcher(pattern);
        int unnamed = 0;
        while (matcher.find()) {
            String name = (matcher.group(1) != null) ? matcher.group(1) : "var" + ++unnamed;
            Map<String, Object> schema = new LinkedHashMap<>(Map.of("type", "string"));
            declared.stream()
                .filter((parameter) -> parameter.in().equals("path") && parameter.name().equals(name))
                .forEach((parameter) -> schema.putAll(parameter.schema()));
            if (matcher.group(2) != null) {
                schema.put("pattern", "^" + matcher.group(2) + "$");
            }
            parameters.add(new Parameter(name, "path", true, schema));
            matcher.appendReplacement(path, Matcher.quoteReplacement("{" + name + "}"));
        }
        return matcher.appendTail(path).toString();
    }

    private List<WayToPay> ways(RegisteredEndpoint endpoint) {
        String name = endpoint.definition().name();
        X402DiscoveryProperties.Endpoint stated = this.settings.properties().endpoints().get(name);
        BigDecimal minimum = bound(name, "min-price", (stated != null) ? stated.minPrice() : null);
        BigDecimal maximum = bound(name, "max-price", (stated != null) ? stated.maxPrice() : null);
        if (minimum != null && maximum != null && minimum.compareTo(maximum) > 0) {
            throw new InvalidX402ConfigurationException(
                    "The lowest price of paid endpoint '" + name + "' is above the highest",
                    "Correct x402.discovery.endpoints." + name + ".min-price or .max-price.");
        }
        List<WayToPay> ways = new ArrayList<>();
        for (Terms terms : endpoint.statedTerms()) {
            PaymentRequirements requirements = terms.requirements();
            AssetRegistry assets = this.settings.assets();
            int decimals = assets.find(requirements.network(), requirements.asset()).map(Asset::decimals).orElse(0);
            boolean dollar = assets
                .millionthsOfADollar(requirements.network(), requirements.asset(), requirements.amount())
                .isPresent();
            boolean fixed = terms.fixed() && !this.settings.resolvesPrices();
            BigDecimal price = amount(new BigDecimal(requirements.amount().value()).movePointLeft(decimals));
            ways.add(new WayToPay(requirements, fixed, fixed ? price : minimum, fixed ? price : maximum, dollar,
                    decimals));
        }
        return ways;
    }

    private static BigDecimal amount(BigDecimal amount) {
        BigDecimal plain = amount.stripTrailingZeros();
        return (plain.scale() < 0) ? plain.setScale(0) : plain;
    }

    private static @Nullable BigDecimal bound(String name, String property, @Nullable String text) {
        try {
            return (text != null) ? amount(Price.parse(text).amount()) : null;
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException(
                    "A bound of the price of paid endpoint '" + name + "' cannot be used: " + ex.getMessage(),
                    "Set x402.discovery.endpoints." + name + "." + property + " to a price like \"$0.01\".");
        }
    }

    /** Conditions of a mapping that a request without payment may not meet. */
    private static List<String> obstacles(RequestMappingInfo info, @Nullable String consumes,
            @Nullable String produces) {
        List<String> obstacles = new ArrayList<>();
        if (!info.getParamsCondition().isEmpty()) {
            obstacles.add("400 in place of terms for a request without the parameters of its mapping");
        }
        if (!info.getHeadersCondition().isEmpty()) {
            obstacles.add("404 in place of terms for a request without the headers of its mapping");
        }
        if (consumes != null && !info.getConsumesCondition().isEmpty() && !JSON.equals(consumes)) {
            obstacles.add("415 in place of terms for a request of " + JSON);
        }
        if (produces != null && !info.getProducesCondition().isEmpty()
                && info.getProducesCondition()
                    .getProducibleMediaTypes()
                    .stream()
                    .noneMatch(MediaType.APPLICATION_JSON::isCompatibleWith)) {
            obstacles.add("406 in place of terms for a request that accepts " + JSON + " only");
        }
        return obstacles;
    }

    private static @Nullable String mediaType(Set<MediaType> types) {
        return types.stream().filter(MediaType::isConcrete).findFirst().map(MediaType::toString).orElse(null);
    }

    /**
     * What the documentation of operations depends on.
     *
     * @param properties the settings of the documents
     * @param schemas describes types
     * @param assets the known tokens
     * @param resolvesPrices whether code may state another price for each request
     * @param pathPrefix the path of the context and of the dispatcher servlet
     * @param identityRequired tells whether the caller of an endpoint has to be known
     */
    record Settings(X402DiscoveryProperties properties, JacksonSchemas schemas, AssetRegistry assets,
            boolean resolvesPrices, String pathPrefix, Predicate<PaidEndpointDefinition> identityRequired) {

    }

    /** Reads the response of a handler. */
    @FunctionalInterface
    private interface ResponseReader {

        Content read(@Nullable String mimeType);

    }

}

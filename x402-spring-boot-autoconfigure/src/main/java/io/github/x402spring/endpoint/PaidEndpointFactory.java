package io.github.x402spring.endpoint;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.endpoint.EndpointRegistry.EndpointChecks;
import io.github.x402spring.endpoint.EndpointRegistry.Terms;
import io.github.x402spring.endpoint.PaidEndpointSettings.Endpoint;
import io.github.x402spring.endpoint.PaidEndpointSettings.Offer;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Factory of paid endpoints from their annotations and the configuration.
 */
final class PaidEndpointFactory {

    private static final Logger logger = LoggerFactory.getLogger(PaidEndpointFactory.class);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");

    private static final int MAX_DESCRIPTION_LENGTH = 500;

    private static final String DEFAULT_SCHEME = "exact";

    private final PaidEndpointSettings settings;

    private final AssetRegistry assets;

    private final UnaryOperator<String> placeholders;

    private final EndpointChecks checks;

    private final ListedExtras extras;

    private final boolean resolvesPrices;

    PaidEndpointFactory(PaidEndpointSettings settings, AssetRegistry assets, UnaryOperator<String> placeholders,
            EndpointChecks checks, ListedExtras extras, boolean resolvesPrices) {
        this.extras = extras;
        this.settings = settings;
        this.assets = assets;
        this.placeholders = placeholders;
        this.checks = checks;
        this.resolvesPrices = resolvesPrices;
    }

    RegisteredEndpoint create(PaidEndpoint annotation, Class<?> type, Method method, boolean functional) {
        String name = name(annotation, type, method);
        PaymentFlow flow = flow(annotation, name);
        PaidHandlerContradictions.check(name, flow, type, method);
        return create(annotation, name, handler(type, method), GuardedHandlers.guards(type, method), functional);
    }

    /** Creates an endpoint of whatever a filter of handler functions is put around. */
    RegisteredEndpoint create(PaidEndpoint declaration) {
        String name = checked(declaration.value(), "of a filter of handler functions", "X402Functions.paid(\"…\")");
        return create(declaration, name, "X402Functions.paid(" + name + ")", false, true);
    }

    private PaymentFlow flow(PaidEndpoint annotation, String name) {
        PaymentFlow configured = this.settings.endpoints().getOrDefault(name, Endpoint.UNCONFIGURED).flow();
        return (configured != null) ? configured : annotation.flow();
    }

    private RegisteredEndpoint create(PaidEndpoint annotation, String name, String handler, boolean guarded,
            boolean functional) {
        Endpoint configured = this.settings.endpoints().getOrDefault(name, Endpoint.UNCONFIGURED);
        PaymentFlow flow = flow(annotation, name);
        String authorize = first(configured.authorize(), annotation.authorize());
        this.checks.checkAuthorize(name, authorize);
        PaidEndpointDefinition definition = new PaidEndpointDefinition(name,
                description(name, first(configured.description(), annotation.description())),
                orEmpty(first(configured.mimeType(), annotation.mimeType())), authorize, flow,
                flow == PaymentFlow.UPFRONT && guarded, tags(name, configured, annotation),
                idempotent(configured, annotation),
                (configured.identifier() != null) ? configured.identifier() : this.settings.identifier());
        return new RegisteredEndpoint(definition, handler, offers(name, configured, annotation, flow), functional);
    }

    private static @Nullable Boolean idempotent(Endpoint configured, PaidEndpoint annotation) {
        if (configured.idempotent() != null) {
            return configured.idempotent();
        }
        return annotation.idempotent() ? true : null;
    }

    private static String name(PaidEndpoint annotation, Class<?> type, Method method) {
        String name = annotation.value();
        if (name.isEmpty()) {
            name = dashed(type.getSimpleName()) + "-" + dashed(method.getName());
        }
        return checked(name, "on " + method, "@PaidEndpoint(\"…\")");
    }

    private static String checked(String name, String place, String remedy) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidX402ConfigurationException(
                    "The name of the paid endpoint " + place
                            + " has more than letters, digits and dashes, or more than 64 of them",
                    "Name the endpoint in " + remedy + " with letters, digits and dashes.");
        }
        return name;
    }

    /** Names of proxies differ between instances. */
    private static String handler(Class<?> type, Method method) {
        StringBuilder handler = new StringBuilder();
        handler.append(Proxy.isProxyClass(type) ? Arrays.toString(type.getInterfaces()) : type.getName());
        handler.append('.').append(method.getName());
        for (Class<?> parameter : method.getParameterTypes()) {
            handler.append(',').append(parameter.getName());
        }
        return handler.toString();
    }

    private static Set<String> tags(String name, Endpoint configured, PaidEndpoint annotation) {
        Set<String> tags = configured.tags().isEmpty() ? Set.copyOf(List.of(annotation.tags())) : configured.tags();
        for (String tag : tags) {
            if (!NAME.matcher(tag).matches()) {
                throw new InvalidX402ConfigurationException(
                        "A tag of paid endpoint '" + name
                                + "' has more than letters, digits and dashes, or more than 64 of them",
                        "Correct x402.endpoints." + name + ".tags or @PaidEndpoint(tags = …).");
            }
        }
        return tags;
    }

    private static String dashed(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
            .replace('_', '-')
            .replace('$', '-')
            .toLowerCase(Locale.ROOT);
    }

    private static String description(String name, @Nullable String description) {
        if (description != null && description.length() > MAX_DESCRIPTION_LENGTH) {
            throw new InvalidX402ConfigurationException(
                    "The description of paid endpoint '" + name + "' is longer than 500 characters",
                    "Shorten x402.endpoints." + name
                            + ".description or @PaidEndpoint(description = …): it travels in a header.");
        }
        return orEmpty(description);
    }

    private List<OfferSource> offers(String name, Endpoint configured, PaidEndpoint annotation, PaymentFlow flow) {
        Offer annotated = new Offer(text(annotation.price()), text(annotation.network()), text(annotation.asset()),
                text(annotation.payTo()),
                (annotation.maxTimeoutSeconds() != 0) ? (long) annotation.maxTimeoutSeconds() : null,
                text(annotation.scheme()));
        Offer base = configured.offer().orElse(annotated).orElse(this.settings.defaults());
        List<Offer> accepts = configured.accepts().isEmpty() ? List.of(base) : configured.accepts();
        List<OfferSource> sources = new ArrayList<>(accepts.size());
        for (Offer accepted : accepts) {
            sources.add(source(name, accepted.orElse(base), flow));
        }
        return sources;
    }

    private OfferSource source(String name, Offer offer, PaymentFlow flow) {
        Network network = network(name, offer.network());
        Asset asset = this.assets.find(network, offer.asset())
            .orElseThrow(() -> !network.isEvm() ? notServed(name, network)
                    : new InvalidX402ConfigurationException(
                            "Paid endpoint '" + name + "' asks for a token that is not known on " + network,
                            "Set x402.asset or x402.endpoints." + name
                                    + ".asset to a preset of that network, or describe the token under x402.assets."));
        long maxTimeout = (offer.maxTimeoutSeconds() != null) ? offer.maxTimeoutSeconds() : 300;
        if (maxTimeout < 1) {
            throw new InvalidX402ConfigurationException(
                    "Paid endpoint '" + name + "' gives payers less than a second to pay", "Set x402.endpoints." + name
                            + ".max-timeout to a duration such as 5m, or correct @PaidEndpoint(maxTimeoutSeconds = …).");
        }
        OfferSource priced = withPrice(name, offer.price(),
                new OfferSource((offer.scheme() != null) ? offer.scheme() : DEFAULT_SCHEME, network, asset, "",
                        maxTimeout, null, null, flow, this.assets, ListedExtra.NONE));
        PaymentRequirements terms = sample(name, priced);
        OfferSource source = priced.paidTo(this.checks.payTo(name, offer.payTo(), terms),
                this.extras.of(terms.scheme(), terms.network(), this.checks.facilitatorExtra(name, terms)));
        this.checks.checkRequirements(name, sample(name, source));
        if (!source.pricesWithoutParameters()) {
            logger.warn("The price of endpoint '{}' cannot be computed for a request without parameters, which gets an "
                    + "error in place of terms", name);
        }
        return source;
    }

    private static InvalidX402ConfigurationException notServed(String name, Network network) {
        return new InvalidX402ConfigurationException(
                "Paid endpoint '" + name + "' sells on " + network
                        + ", where no token is known, and only EVM chains are served without more",
                "Set x402.network or x402.endpoints." + name
                        + ".network to an EVM chain such as base, or declare a PaymentScheme bean for " + network
                        + " and its token under x402.assets, and name both in x402.endpoints." + name
                        + ".scheme and .asset.");
    }

    private static PaymentRequirements sample(String name, OfferSource source) {
        try {
            return source.sample("https://example.invalid/");
        }
        catch (IllegalArgumentException ex) {
            throw badPrice(name, String.valueOf(ex.getMessage()));
        }
    }

    private OfferSource withPrice(String name, @Nullable String text, OfferSource source) {
        if (text == null) {
            if (this.resolvesPrices) {
                return source;
            }
            throw badPrice(name, "It has none");
        }
        try {
            String price = this.placeholders.apply(text);
            boolean computed = PriceExpression.isExpression(price);
            return source.pricedAt(computed ? null : Price.parse(price),
                    computed ? PriceExpression.parse(price) : null);
        }
        catch (RuntimeException ex) {
            throw badPrice(name, String.valueOf(ex.getMessage()));
        }
    }

    private static InvalidX402ConfigurationException badPrice(String name, String problem) {
        return new InvalidX402ConfigurationException(
                "The price of paid endpoint '" + name + "' cannot be used: " + problem,
                "Set x402.endpoints." + name + ".price or @PaidEndpoint(price = …) to a price like \"$0.01\".");
    }

    private static Network network(String name, @Nullable String text) {
        try {
            if (text != null) {
                return Network.parse(text);
            }
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException(
                    "The network of paid endpoint '" + name + "' cannot be used: " + ex.getMessage(),
                    "Set x402.network or x402.endpoints." + name
                            + ".network to an alias such as base-sepolia or a CAIP-2 name such as eip155:84532.");
        }
        throw new InvalidX402ConfigurationException("Paid endpoint '" + name + "' has no network",
                "Set x402.network to an alias such as base-sepolia or a CAIP-2 name such as eip155:84532.");
    }

    private static @Nullable String first(@Nullable String configured, String annotated) {
        return (configured != null) ? configured : text(annotated);
    }

    private static @Nullable String text(String annotated) {
        return annotated.isEmpty() ? null : annotated;
    }

    private static String orEmpty(@Nullable String text) {
        return (text != null) ? text : "";
    }

    /**
     * Checks endpoints together.
     * @param endpoints those that are known at start-up
     * @param known whether there are no others
     */
    void checkAll(Collection<RegisteredEndpoint> endpoints, boolean known) {
        Map<PaidEndpointDefinition, List<Terms>> terms = new LinkedHashMap<>();
        for (RegisteredEndpoint endpoint : endpoints) {
            String name = endpoint.definition().name();
            List<Terms> offers = terms.computeIfAbsent(endpoint.definition(), (key) -> new ArrayList<>());
            for (OfferSource source : endpoint.offers()) {
                offers.add(new Terms(sample(name, source), source.price() != null));
            }
        }
        this.checks.checkAll(terms, known);
    }

    void checkReachable(String endpoint, String method, String path) {
        this.checks.checkReachable(endpoint, method, path);
    }

}

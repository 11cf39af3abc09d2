package io.github.x402spring.autoconfigure.webmvc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.endpoint.PaidEndpointSettings;
import io.github.x402spring.endpoint.PaidEndpointSettings.Endpoint;
import io.github.x402spring.endpoint.PaidEndpointSettings.Offer;
import io.github.x402spring.protocol.BaseUrl;

/**
 * Builder of the settings of paid endpoints from configuration properties.
 */
final class PaidEndpointSettingsBuilder {

    private PaidEndpointSettingsBuilder() {
    }

    static PaidEndpointSettings build(X402Properties properties, String contextPath, String servletPath) {
        if (properties.payments().maxTimeout().toSeconds() < 1) {
            throw new InvalidX402ConfigurationException("Payers get less than a second to pay",
                    "Set x402.payments.max-timeout to a duration such as 5m.");
        }
        Offer defaults = new Offer(null, properties.network(), properties.asset(), properties.payTo(),
                properties.payments().maxTimeout().toSeconds(), null);
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        properties.endpoints().forEach((name, endpoint) -> endpoints.put(name, endpoint(endpoint)));
        return new PaidEndpointSettings(defaults, endpoints, origin(properties.baseUrl(), contextPath, servletPath),
                properties.authorization().defaultRule(), servletPath, properties.payments().identifier());
    }

    private static Endpoint endpoint(X402Properties.Endpoint endpoint) {
        Offer offer = new Offer(endpoint.price(), endpoint.network(), endpoint.asset(), endpoint.payTo(),
                (endpoint.maxTimeout() != null) ? endpoint.maxTimeout().toSeconds() : null, endpoint.scheme());
        List<Offer> accepts = endpoint.accepts()
            .stream()
            .map((accept) -> new Offer(accept.price(), accept.network(), accept.asset(), accept.payTo(), null,
                    accept.scheme()))
            .toList();
        return new Endpoint(offer, accepts, endpoint.description(), endpoint.mimeType(), endpoint.authorize(),
                endpoint.flow(), Set.copyOf(endpoint.tags()), endpoint.idempotent(), endpoint.paymentIdentifier());
    }

    /** A proxy takes the path off, and this server has its own paths behind it. */
    private static @Nullable String origin(@Nullable BaseUrl baseUrl, String contextPath, String servletPath) {
        if (baseUrl == null) {
            return null;
        }
        if (baseUrl.repeats(contextPath) || baseUrl.repeats(servletPath)) {
            throw new InvalidX402ConfigurationException("The path of the public origin repeats "
                    + (baseUrl.repeats(contextPath) ? "the context path" : "the path of the dispatcher servlet"),
                    "Remove from x402.resource-base-url what server.servlet.context-path and spring.mvc.servlet.path "
                            + "say: both are added to it. Only the path that a proxy takes off belongs there.");
        }
        return baseUrl.toString();
    }

}

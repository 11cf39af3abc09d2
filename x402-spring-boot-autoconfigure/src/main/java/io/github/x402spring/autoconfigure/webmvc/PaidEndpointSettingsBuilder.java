package io.github.x402spring.autoconfigure.webmvc;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.gate.PaymentIdentifierMode;
import io.github.x402spring.webmvc.InvalidPaidEndpointException;
import io.github.x402spring.webmvc.PaidEndpointSettings;
import io.github.x402spring.webmvc.PaidEndpointSettings.Endpoint;
import io.github.x402spring.webmvc.PaidEndpointSettings.Offer;

/**
 * Turns configuration properties into the settings of the web adapter.
 */
final class PaidEndpointSettingsBuilder {

    private PaidEndpointSettingsBuilder() {
    }

    static PaidEndpointSettings build(X402Properties properties, String servletPath, PaymentIdentifierMode identifier) {
        if (properties.maxTimeout().toSeconds() < 1) {
            throw new InvalidPaidEndpointException("Payers get less than a second to pay",
                    "Set x402.max-timeout to a duration such as 5m.");
        }
        Offer defaults = new Offer(null, properties.network(), properties.asset(), properties.payTo(),
                properties.maxTimeout().toSeconds());
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        properties.endpoints().forEach((name, endpoint) -> endpoints.put(name, endpoint(endpoint)));
        return new PaidEndpointSettings(defaults, endpoints, origin(properties.resourceBaseUrl()),
                properties.authorization().defaultRule(), servletPath, identifier);
    }

    private static Endpoint endpoint(X402Properties.Endpoint endpoint) {
        Offer offer = new Offer(endpoint.price(), endpoint.network(), endpoint.asset(), endpoint.payTo(),
                (endpoint.maxTimeout() != null) ? endpoint.maxTimeout().toSeconds() : null);
        List<Offer> accepts = endpoint.accepts()
            .stream()
            .map((accept) -> new Offer(accept.price(), accept.network(), accept.asset(), accept.payTo(), null))
            .toList();
        return new Endpoint(offer, accepts, endpoint.description(), endpoint.mimeType(), endpoint.authorize(),
                endpoint.flow(), Set.copyOf(endpoint.tags()), endpoint.idempotent(), endpoint.paymentIdentifier());
    }

    private static @Nullable String origin(@Nullable String resourceBaseUrl) {
        if (resourceBaseUrl == null || resourceBaseUrl.isBlank()) {
            return null;
        }
        String text = resourceBaseUrl.endsWith("/") ? resourceBaseUrl.substring(0, resourceBaseUrl.length() - 1)
                : resourceBaseUrl;
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null) {
                return uri.toASCIIString();
            }
        }
        catch (IllegalArgumentException ex) {
            // Falls through to the same answer as any other address that is none.
        }
        throw new InvalidPaidEndpointException("The public origin of this server cannot be used",
                "Set x402.resource-base-url to an origin such as https://api.example.com.");
    }

}

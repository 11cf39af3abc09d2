package io.github.x402spring.autoconfigure.discovery;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.x402spring.autoconfigure.X402DiscoveryProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.discovery.DiscoveryCatalog.Service;
import io.github.x402spring.protocol.BaseUrl;

/**
 * Description of the service that sells, from configuration.
 */
final class ServiceDescription {

    private static final String GUIDANCE = "Send a request without payment first. The response is 402, and its header "
            + "PAYMENT-REQUIRED states the terms of x402 version 2, which win over this document. Sign a payment under "
            + "one of them and send the same request again with the payment in the header PAYMENT-SIGNATURE. "
            + "PAYMENT-RESPONSE holds the receipt. Errors are not charged. After 503, send the same payment again "
            + "instead of a new one.";

    private final X402DiscoveryProperties discovery;

    private final X402Properties properties;

    ServiceDescription(X402DiscoveryProperties discovery, X402Properties properties) {
        this.discovery = discovery;
        this.properties = properties;
    }

    Service service(@Nullable String application, String pathPrefix, String challenge, boolean signIn) {
        BaseUrl baseUrl = this.properties.baseUrl();
        String origin = (baseUrl != null) ? baseUrl.toString() : null;
        Map<String, String> docs = new LinkedHashMap<>();
        String address = (origin != null) ? origin + pathPrefix : pathPrefix;
        docs.put("apiReference", address + DiscoveryHandlerMapping.OPEN_API);
        docs.put("llms", address + DiscoveryHandlerMapping.LLMS_TEXT);
        if (this.discovery.homepage() != null) {
            docs.put("homepage", this.discovery.homepage());
        }
        return new Service(first(this.discovery.title(), application, "Paid API"), this.discovery.version(),
                first(this.discovery.description(), ""), origin, first(this.discovery.guidance(), GUIDANCE), contact(),
                this.discovery.categories(), docs, securitySchemes(challenge, signIn));
    }

    private static String first(@Nullable String... texts) {
        for (String text : texts) {
            if (StringUtils.hasText(text)) {
                return text;
            }
        }
        return "";
    }

    private Map<String, String> contact() {
        X402DiscoveryProperties.Contact stated = this.discovery.contact();
        Map<String, String> contact = new LinkedHashMap<>();
        put(contact, "name", stated.name());
        put(contact, "email", stated.email());
        put(contact, "url", stated.url());
        URI envelope = this.properties.envelope().contact();
        if (envelope != null && stated.email() == null && stated.url() == null) {
            boolean mail = "mailto".equalsIgnoreCase(envelope.getScheme());
            contact.put(mail ? "email" : "url", mail ? envelope.getSchemeSpecificPart() : envelope.toString());
        }
        return contact;
    }

    private static void put(Map<String, String> contact, String name, @Nullable String value) {
        if (StringUtils.hasText(value)) {
            contact.put(name, value);
        }
    }

    private Map<String, Object> securitySchemes(String challenge, boolean signIn) {
        Map<String, Object> schemes = new LinkedHashMap<>();
        Map<String, Object> hints = hints();
        int end = challenge.indexOf(' ');
        String scheme = ((end > 0) ? challenge.substring(0, end) : challenge).toLowerCase(Locale.ROOT);
        Map<String, Object> http = new LinkedHashMap<>();
        http.put("type", "http");
        http.put("scheme", scheme);
        http.putAll(hints);
        schemes.put(scheme, http);
        if (signIn) {
            Map<String, Object> wallet = new LinkedHashMap<>();
            wallet.put("type", "apiKey");
            wallet.put("in", "header");
            wallet.put("name", "SIGN-IN-WITH-X");
            wallet.put("x-agentcash-auth-kind", "siwx");
            schemes.put("siwx", wallet);
        }
        return schemes;
    }

    /**
     * States where tokens come from, in the words of the extension {@code auth-hints}.
     */
    private Map<String, Object> hints() {
        X402Properties.AuthHints settings = this.properties.authHints();
        if (settings.issuer() == null) {
            return Map.of();
        }
        Map<String, Object> hints = new LinkedHashMap<>();
        hints.put("type", "oauth2");
        hints.put("tokenType", settings.tokenType());
        hints.put("authorizationServer", settings.issuer().toString());
        if (settings.tokenEndpoint() != null) {
            hints.put("tokenEndpoint", settings.tokenEndpoint().toString());
        }
        if (settings.registrationEndpoint() != null) {
            hints.put("registrationEndpoint", settings.registrationEndpoint().toString());
        }
        return Map.of("x-auth-hints", List.of(hints));
    }

}

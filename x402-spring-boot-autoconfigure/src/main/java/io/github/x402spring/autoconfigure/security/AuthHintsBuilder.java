package io.github.x402spring.autoconfigure.security;

import java.net.URI;
import java.time.Clock;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.client.RestClient;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.security.AuthHints.OAuth2;

/**
 * Factory of the source of tokens from the configuration.
 */
final class AuthHintsBuilder {

    private static final Set<String> TOKEN_TYPES = Set.of("Bearer", "DPoP");

    private AuthHintsBuilder() {
    }

    static Supplier<@Nullable OAuth2> oauth2(X402Properties.AuthHints settings,
            ObjectProvider<RestClient.Builder> builder, Clock clock) {
        URI issuer = settings.issuer();
        URI tokenEndpoint = settings.tokenEndpoint();
        if (issuer == null) {
            if (tokenEndpoint != null || settings.registrationEndpoint() != null) {
                throw new InvalidX402ConfigurationException(
                        "x402.auth-hints names endpoints and no authorization server",
                        "Set x402.auth-hints.issuer to the identifier of the authorization server.");
            }
            return () -> null;
        }
        if (!TOKEN_TYPES.contains(settings.tokenType())) {
            throw new InvalidX402ConfigurationException("x402.auth-hints.token-type is not a way to present a token",
                    "Set x402.auth-hints.token-type to Bearer or DPoP.");
        }
        if (!HttpAddress.isValid(issuer) || issuer.getRawQuery() != null) {
            throw new InvalidX402ConfigurationException(
                    "x402.auth-hints.issuer does not identify an authorization server",
                    "Set x402.auth-hints.issuer to an absolute http or https address without credentials, query and "
                            + "fragment.");
        }
        requireAddress("token-endpoint", tokenEndpoint);
        requireAddress("registration-endpoint", settings.registrationEndpoint());
        if (tokenEndpoint != null) {
            OAuth2 fixed = new OAuth2(settings.tokenType(), issuer, tokenEndpoint, settings.registrationEndpoint());
            return () -> fixed;
        }
        return new IssuerMetadata(issuer, settings.tokenType(), builder.getObject(), clock);
    }

    private static void requireAddress(String name, @Nullable URI endpoint) {
        if (endpoint != null && !HttpAddress.isValid(endpoint)) {
            throw new InvalidX402ConfigurationException(
                    "x402.auth-hints." + name + " is not an address to send agents to", "Set x402.auth-hints." + name
                            + " to an absolute http or https address without credentials and fragment.");
        }
    }

}

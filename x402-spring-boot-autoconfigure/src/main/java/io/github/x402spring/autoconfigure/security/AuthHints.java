package io.github.x402spring.autoconfigure.security;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.security.web.SignInWithX;

/**
 * Challenge extension that describes, in the terms of endpoints that require an identity,
 * how agents authenticate before they pay. Thread-safe.
 *
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * extension auth-hints</a>
 */
final class AuthHints implements ChallengeExtensions {

    /** The key of the extension. */
    static final String EXTENSION = "auth-hints";

    private static final Map<String, Object> SCHEMA = schema();

    private final Predicate<PaidEndpointDefinition> identityRequired;

    private final Supplier<@Nullable OAuth2> oauth2;

    private final @Nullable SignInWithX signIn;

    /**
     * Creates hints.
     * @param identityRequired the endpoints that require an identity
     * @param oauth2 the source of tokens; supplies {@code null} while it is unknown
     * @param signIn the sign-in with a wallet, or {@code null} if there is none
     */
    public AuthHints(Predicate<PaidEndpointDefinition> identityRequired, Supplier<@Nullable OAuth2> oauth2,
            @Nullable SignInWithX signIn) {
        this.identityRequired = Objects.requireNonNull(identityRequired, "'identityRequired' must not be null");
        this.oauth2 = Objects.requireNonNull(oauth2, "'oauth2' must not be null");
        this.signIn = signIn;
    }

    /** Metadata may arrive later, and a sign-in has a nonce. */
    @Override
    public boolean varies(PaidEndpointDefinition endpoint) {
        boolean changing = this.signIn != null || this.oauth2 instanceof IssuerMetadata;
        return changing && this.identityRequired.test(endpoint);
    }

    /** Without them no caller can authenticate. */
    @Override
    public boolean required(PaidEndpointDefinition endpoint, String extension) {
        return (EXTENSION.equals(extension) || SignInWithX.EXTENSION.equals(extension))
                && this.identityRequired.test(endpoint);
    }

    @Override
    public Map<String, Object> declare(PaidEndpointDefinition endpoint, String uri, List<PaymentRequirements> accepts) {
        if (!this.identityRequired.test(endpoint)) {
            return Map.of();
        }
        Map<String, Object> extensions = new LinkedHashMap<>();
        List<Map<String, Object>> methods = new ArrayList<>();
        OAuth2 tokens = this.oauth2.get();
        if (tokens != null) {
            methods.add(tokens.toMap());
        }
        if (this.signIn != null) {
            methods.add(Map.of("type", SignInWithX.EXTENSION));
            extensions.put(SignInWithX.EXTENSION, this.signIn.declare(uri, accepts));
        }
        if (!methods.isEmpty()) {
            List<Integer> all = IntStream.range(0, accepts.size()).boxed().toList();
            Map<String, Object> requirement = new LinkedHashMap<>();
            requirement.put("acceptIndexes", all);
            requirement.put("methods", methods);
            Map<String, Object> hints = new LinkedHashMap<>();
            hints.put("info", Map.of("authRequirements", List.of(requirement)));
            hints.put("schema", SCHEMA);
            extensions.put(EXTENSION, hints);
        }
        return extensions;
    }

    private static Map<String, Object> schema() {
        Map<String, Object> method = Map.of("type", "object", "properties", Map.of("type", Map.of("type", "string")),
                "required", List.of("type"));
        Map<String, Object> requirement = new LinkedHashMap<>();
        requirement.put("type", "object");
        requirement.put("properties",
                Map.of("acceptIndexes", Map.of("type", "array", "items", Map.of("type", "integer")), "methods",
                        Map.of("type", "array", "items", method)));
        requirement.put("required", List.of("acceptIndexes", "methods"));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("type", "object");
        schema.put("properties", Map.of("authRequirements", Map.of("type", "array", "items", requirement)));
        schema.put("required", List.of("authRequirements"));
        return schema;
    }

    /**
     * Source of tokens.
     *
     * @param tokenType {@code Bearer} or {@code DPoP}
     * @param authorizationServer the issuer
     * @param tokenEndpoint the address at which tokens are fetched
     * @param registrationEndpoint the address at which clients register themselves (RFC
     * 7591), or {@code null} if they cannot
     */
    record OAuth2(String tokenType, URI authorizationServer, URI tokenEndpoint, @Nullable URI registrationEndpoint) {

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("type", "oauth2");
            map.put("tokenType", this.tokenType);
            map.put("authorizationServer", this.authorizationServer.toString());
            map.put("tokenEndpoint", this.tokenEndpoint.toString());
            if (this.registrationEndpoint != null) {
                map.put("registrationEndpoint", this.registrationEndpoint.toString());
            }
            return map;
        }

    }

}

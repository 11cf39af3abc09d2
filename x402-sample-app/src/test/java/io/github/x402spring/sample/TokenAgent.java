package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Is an agent with a key of its own, as RFC 7591 and RFC 9449 describe one.
 */
final class TokenAgent {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Agents have no state but their key. */
    private static final HttpClient http = HttpClient.newHttpClient();

    private final ECKey key = newKey();

    static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        }
        catch (JOSEException ex) {
            throw new IllegalStateException(ex);
        }
    }

    ECKey key() {
        return this.key;
    }

    HttpResponse<String> get(String url, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** Registers by RFC 7591, section 3.1. */
    HttpResponse<String> register(String endpoint, String scope) {
        Map<String, Object> metadata = Map.of("client_name", "agent", "grant_types",
                new String[] { "client_credentials" }, "token_endpoint_auth_method", "client_secret_basic", "scope",
                scope);
        return send(HttpRequest.newBuilder(URI.create(endpoint))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(metadata)))
            .build());
    }

    /**
     * Asks for a token by RFC 6749, section 4.4, bound to the agent's key by RFC 9449.
     */
    HttpResponse<String> token(String endpoint, JsonNode client, String scope) {
        String credentials = encode(client.path("client_id").asString()) + ":"
                + encode(client.path("client_secret").asString());
        return send(HttpRequest.newBuilder(URI.create(endpoint))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
            .header("DPoP", proof("POST", endpoint, null))
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=" + encode(scope)))
            .build());
    }

    /** Proves possession of the agent's key for one request. */
    String proof(String method, String url, String token) {
        return proof(this.key, claims(method, url, token));
    }

    static String proof(ECKey key, JWTClaimsSet claims) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt"))
            .jwk(key.toPublicJWK())
            .build();
        try {
            SignedJWT proof = new SignedJWT(header, claims);
            proof.sign(new ECDSASigner(key));
            return proof.serialize();
        }
        catch (JOSEException ex) {
            throw new IllegalStateException(ex);
        }
    }

    static JWTClaimsSet claims(String method, String url, String token) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().jwtID(UUID.randomUUID().toString())
            .claim("htm", method)
            .claim("htu", url)
            .issueTime(Date.from(Instant.now()));
        if (token != null) {
            claims.claim("ath", digest(token));
        }
        return claims.build();
    }

    String[] presented(String method, String url, String token, String payment) {
        return new String[] { "Authorization", "DPoP " + token, "DPoP", proof(method, url, token), "PAYMENT-SIGNATURE",
                payment };
    }

    /** The parameters of the first challenge of an answer. */
    static Map<String, String> challenge(HttpResponse<String> answer, String scheme) {
        String header = answer.headers().firstValue("WWW-Authenticate").orElseThrow();
        if (!header.startsWith(scheme + " ")) {
            throw new AssertionError("Not a challenge of " + scheme + ": " + header);
        }
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : header.substring(scheme.length() + 1).split(", ")) {
            String[] pair = parameter.split("=", 2);
            parameters.put(pair[0], pair[1].replace("\"", ""));
        }
        return parameters;
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    static JsonNode claimsOf(String jwt) {
        try {
            return JSON.readTree(SignedJWT.parse(jwt).getPayload().toString());
        }
        catch (ParseException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
        catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }

    private static String digest(String token) {
        try {
            return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

}

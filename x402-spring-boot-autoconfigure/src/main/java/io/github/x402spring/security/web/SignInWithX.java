package io.github.x402spring.security.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.web.util.matcher.RequestMatcher;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.protocol.BaseUrl;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.ContractSignatures;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * Sign-in with a wallet: declares it in the terms and verifies the proofs. A proof is
 * valid once, for this server, for at most five minutes; it identifies the caller and
 * says nothing about a payment. Contract wallets can sign in where a node of their chain
 * is configured. Thread-safe.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * extension sign-in-with-x</a>
 */
public final class SignInWithX {

    /** The key of the extension. */
    public static final String EXTENSION = "sign-in-with-x";

    /** The header in which a proof comes. */
    public static final String HEADER = "SIGN-IN-WITH-X";

    private static final Logger logger = LoggerFactory.getLogger(SignInWithX.class);

    private static final DateTimeFormatter TIME = DateTimeFormatter
        .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
        .withZone(ZoneOffset.UTC);

    private static final Map<String, Object> SCHEMA = schema();

    private final BaseUrl baseUrl;

    private final @Nullable String statement;

    private final Duration lifetime;

    private final SignInNonces nonces;

    private final Clock clock;

    private final SignInVerifier verifier;

    /**
     * Creates a sign-in.
     * @param baseUrl the public origin of this server, never taken from a request
     * @param statement a sentence for the wallet's owner, or {@code null} for none
     * @param lifetime the longest time for which a proof is valid
     * @param nonces the nonces, which make each proof valid once
     * @param recovery the recovery of signers
     * @param contracts the verifier of contract wallets, or {@code null} if only keys can
     * sign in
     * @param clock the source of time
     */
    public SignInWithX(String baseUrl, @Nullable String statement, Duration lifetime, SignInNonces nonces,
            SignatureRecovery recovery, @Nullable ContractSignatures contracts, Clock clock) {
        this.baseUrl = BaseUrl.parse(Objects.requireNonNull(baseUrl, "'baseUrl' must not be null"));
        this.statement = statement;
        this.lifetime = lifetime;
        this.nonces = nonces;
        this.clock = clock;
        this.verifier = new SignInVerifier(this.baseUrl, nonces, recovery, contracts, clock);
    }

    /**
     * Declares the extension with a new nonce.
     * @param uri the address of the resource
     * @param accepts the terms, whose chains are offered
     * @return the extension's tree
     */
    public Map<String, Object> declare(String uri, List<PaymentRequirements> accepts) {
        Instant now = this.clock.instant();
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("domain", this.baseUrl.authority());
        info.put("uri", uri);
        info.put("version", "1");
        info.put("nonce", this.nonces.issue());
        info.put("issuedAt", TIME.format(now));
        info.put("expirationTime", TIME.format(now.plus(this.lifetime)));
        if (this.statement != null) {
            info.put("statement", this.statement);
        }
        Map<String, Object> extension = new LinkedHashMap<>();
        extension.put("info", info);
        extension.put("supportedChains", chains(accepts));
        extension.put("schema", SCHEMA);
        return extension;
    }

    private static List<Map<String, Object>> chains(List<PaymentRequirements> accepts) {
        Set<String> names = new LinkedHashSet<>();
        for (PaymentRequirements terms : accepts) {
            if (terms.network().isEvm()) {
                names.add(terms.network().toString());
            }
        }
        List<Map<String, Object>> chains = new ArrayList<>();
        names.forEach((name) -> chains.add(Map.of("chainId", name, "type", "eip191")));
        return chains;
    }

    /**
     * Creates a filter that authenticates callers who send a proof.
     * @param codec the decoder of proofs
     * @param envelopes the renderer of refusals
     * @param challenge the value of {@code WWW-Authenticate} beside a 401
     * @param requests the requests with which wallets may sign in: everyone can create a
     * wallet, and elsewhere being authenticated may mean more
     * @param charges the source of what is known of payments, if there is one; called at
     * refusals only, because filter chains are built before it
     * @return the filter
     */
    public Filter filter(PaymentHeaderCodec codec, EnvelopeRenderer envelopes, String challenge,
            RequestMatcher requests, Supplier<@Nullable ChargeResolver> charges) {
        return new SignInWithXFilter(this, codec, envelopes, challenge, requests, charges);
    }

    /**
     * Authenticates the caller who sent a proof.
     * @param proof the proof
     * @return the wallet that calls, or {@code null} if the proof is not valid
     */
    @Nullable WalletAuthentication authenticate(Map<String, @Nullable Object> proof) {
        return switch (verify(proof)) {
            case SignInVerifier.Verified(var address, var network, boolean contract) ->
                new WalletAuthentication(address, network, contract);
            case SignInVerifier.Refused(String code) -> {
                logger.debug("Sign-in with a wallet refused: {}", code);
                yield null;
            }
        };
    }

    SignInVerifier.Result verify(Map<String, @Nullable Object> proof) {
        return this.verifier.verify(proof);
    }

    private static Map<String, Object> schema() {
        Map<String, Object> text = Map.of("type", "string");
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String name : List.of("domain", "address", "uri", "version", "chainId", "type", "nonce", "issuedAt",
                "signature", "statement", "expirationTime", "notBefore", "requestId")) {
            properties.put(name, text);
        }
        properties.put("resources", Map.of("type", "array", "items", text));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("required",
                List.of("domain", "address", "uri", "version", "chainId", "type", "nonce", "issuedAt", "signature"));
        return schema;
    }

}

package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.x402spring.FreePorts;
import io.github.x402spring.login.LoginServer;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Presents tokens and proofs that only look good, each beside a payment that is good.
 */
@SpringBootTest(webEnvironment = WebEnvironment.DEFINED_PORT, properties = "sample.walkthrough=false")
@ActiveProfiles("tokens")
@AutoConfigureX402
@Tag("locale")
class TokenRefusalTests {

    private static final TokenAgent AGENT = new TokenAgent();

    private static final int PORT = FreePorts.next();

    private static final String ORIGIN = "http://localhost:" + PORT;

    private static final String URL = ORIGIN + "/forecast/lisbon";

    @AutoClose
    private static final LoginServer login = LoginServer.start(ORIGIN);

    @Autowired
    private MockFacilitator facilitator;

    @DynamicPropertySource
    static void connect(DynamicPropertyRegistry registry) {
        registry.add("server.port", () -> PORT);
        registry.add("spring.security.oauth2.resourceserver.jwt.issuer-uri", login::issuer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokens")
    void tokenWhenItOnlyLooksGoodThenRefusedAndNothingIsVerified(String name, TokenSource source) throws Exception {
        String payment = payment();
        String token = source.token();
        assertRefused(AGENT.get(URL, AGENT.presented("GET", URL, token, payment)));
        assertServed(payment);
    }

    static Stream<Arguments> tokens() {
        return Stream.of(Arguments.of("alg none", (TokenSource) () -> new PlainJWT(claims().build()).serialize()),
                Arguments.of("HS256 with the public key", (TokenSource) TokenRefusalTests::confused),
                Arguments.of("another key",
                        (TokenSource) () -> signed(new RSAKeyGenerator(2048).keyID("login").generate(), claims())),
                Arguments.of("another audience", altered((claims) -> claims.audience("https://other.example"))),
                Arguments.of("no audience", altered((claims) -> claims.audience(List.of()))),
                Arguments.of("another issuer", altered((claims) -> claims.issuer("http://localhost:1"))),
                Arguments.of("expired", altered((claims) -> claims.expirationTime(ago(Duration.ofMinutes(5))))),
                Arguments.of("not valid yet", altered((claims) -> claims.notBeforeTime(ago(Duration.ofMinutes(-5))))),
                Arguments.of("bound to another key",
                        altered((claims) -> claims.claim("cnf", Map.of("jkt", thumbprint(TokenAgent.newKey()))))),
                Arguments.of("bound to no key", altered((claims) -> claims.claim("cnf", null))),
                Arguments.of("a changed claim", (TokenSource) TokenRefusalTests::tampered));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("proofs")
    void proofWhenItIsNotForThisRequestThenRefusedAndNothingIsVerified(String name, ProofSource source)
            throws Exception {
        String payment = payment();
        String token = good();
        assertRefused(AGENT.get(URL, "Authorization", "DPoP " + token, "DPoP", source.proof(token), "PAYMENT-SIGNATURE",
                payment));
        assertServed(payment);
    }

    static Stream<Arguments> proofs() {
        return Stream.of(Arguments.of("wrong method", (ProofSource) (token) -> AGENT.proof("POST", URL, token)),
                Arguments.of("wrong address",
                        (ProofSource) (token) -> AGENT.proof("GET", ORIGIN + "/forecast/porto", token)),
                Arguments.of("wrong host",
                        (ProofSource) (token) -> AGENT.proof("GET", "http://shop.example/forecast/lisbon", token)),
                Arguments.of("another token", (ProofSource) (token) -> AGENT.proof("GET", URL, token + "x")),
                Arguments.of("no token", (ProofSource) (token) -> AGENT.proof("GET", URL, null)),
                Arguments.of("another key",
                        (ProofSource) (token) -> TokenAgent.proof(TokenAgent.newKey(),
                                TokenAgent.claims("GET", URL, token))),
                Arguments.of("old",
                        (ProofSource) (token) -> TokenAgent.proof(AGENT.key(),
                                new JWTClaimsSet.Builder(TokenAgent.claims("GET", URL, token))
                                    .issueTime(ago(Duration.ofMinutes(5)))
                                    .build())),
                Arguments.of("no proof at all", (ProofSource) (token) -> "nonsense"));
    }

    @Test
    void proofWhenItIsUsedTwiceThenRefusedAndNothingIsVerified() throws Exception {
        String token = good();
        String proof = AGENT.proof("GET", URL, token);
        String first = payment();
        assertThat(AGENT.get(URL, "Authorization", "DPoP " + token, "DPoP", proof, "PAYMENT-SIGNATURE", first)
            .statusCode()).isEqualTo(200);
        this.facilitator.reset();
        String second = payment();
        assertRefused(AGENT.get(URL, "Authorization", "DPoP " + token, "DPoP", proof, "PAYMENT-SIGNATURE", second));
        assertServed(second);
    }

    @Test
    void proofWhenThereIsNoneThenRefusedAndNothingIsVerified() throws Exception {
        String payment = payment();
        assertRefused(AGENT.get(URL, "Authorization", "DPoP " + good(), "PAYMENT-SIGNATURE", payment));
        assertServed(payment);
    }

    @Test
    void proofWhenThereAreTwoThenRefusedAndNothingIsVerified() throws Exception {
        String payment = payment();
        String token = good();
        assertRefused(AGENT.get(URL, "Authorization", "DPoP " + token, "DPoP", AGENT.proof("GET", URL, token), "DPoP",
                AGENT.proof("GET", URL, token), "PAYMENT-SIGNATURE", payment));
        assertServed(payment);
    }

    @Test
    void boundTokenWhenItComesAsBearerThenRefusedAndNothingIsVerified() throws Exception {
        String payment = payment();
        assertRefused(AGENT.get(URL, "Authorization", "Bearer " + good(), "PAYMENT-SIGNATURE", payment));
        assertServed(payment);
    }

    @Test
    void bearerTokenWhenItIsBoundToNothingThenServed() throws Exception {
        String token = signed(login.signingKey(), claims().claim("cnf", null));
        assertThat(AGENT.get(URL, "Authorization", "Bearer " + token, "PAYMENT-SIGNATURE", payment()).statusCode())
            .isEqualTo(200);
    }

    private void assertRefused(HttpResponse<String> refused) {
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(TokenAgent.json(refused).at("/context/reason").asString()).isEqualTo("unauthenticated");
        assertThat(refused.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
        assertThat(this.facilitator.verifications()).isEmpty();
        assertThat(this.facilitator).settledNothing();
    }

    private void assertServed(String payment) throws JOSEException {
        assertThat(AGENT.get(URL, AGENT.presented("GET", URL, good(), payment)).statusCode()).isEqualTo(200);
        assertThat(this.facilitator).settledOnce("$0.02");
    }

    private static String payment() throws IOException {
        return paid().headersFor(URI.create(URL)).getFirst("PAYMENT-SIGNATURE");
    }

    /** What the server itself would sign, but for who asked. */
    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(login.issuer())
            .audience(ORIGIN)
            .subject("agent")
            .jwtID(UUID.randomUUID().toString())
            .issueTime(ago(Duration.ofSeconds(1)))
            .expirationTime(ago(Duration.ofMinutes(-5)))
            .claim("scope", List.of("forecast"))
            .claim("cnf", Map.of("jkt", thumbprint(AGENT.key())));
    }

    private static String good() throws JOSEException {
        return signed(login.signingKey(), claims());
    }

    private static TokenSource altered(UnaryOperator<JWTClaimsSet.Builder> change) {
        return () -> signed(login.signingKey(), change.apply(claims()));
    }

    private static String signed(RSAKey key, JWTClaimsSet.Builder claims) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("login").build(),
                claims.build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static String confused() throws JOSEException {
        PublicKey publicKey = login.signingKey().toPublicKey();
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("login").build(),
                claims().build());
        token.sign(new MACSigner(publicKey.getEncoded()));
        return token.serialize();
    }

    private static String tampered() throws JOSEException {
        String[] good = good().split("\\.");
        String[] other = signed(login.signingKey(), claims().subject("somebody else")).split("\\.");
        return good[0] + "." + other[1] + "." + good[2];
    }

    private static String thumbprint(ECKey key) {
        try {
            return key.computeThumbprint().toString();
        }
        catch (JOSEException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static Date ago(Duration duration) {
        return Date.from(Instant.now().minus(duration));
    }

    @FunctionalInterface
    interface TokenSource {

        String token() throws JOSEException;

    }

    @FunctionalInterface
    interface ProofSource {

        String proof(String token);

    }

}

package io.github.x402spring.sample;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.login.LoginServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Presents tokens and proofs that only look good, each beside a payment that is good.
 */
@Tag("locale")
class TokenRefusalTests {

    private static final TokenAgent AGENT = new TokenAgent();

    private static LoginServer login;

    private static RunningShop shop;

    private static FakeFacilitator facilitator;

    private static String url;

    @BeforeAll
    static void open() {
        int port = RunningShop.freePort();
        login = LoginServer.start("http://localhost:" + port);
        shop = RunningShop.openOn(port, "tokens", List.of(AgentJourneyTests.CountedFacilitator.class),
                "spring.security.oauth2.resourceserver.jwt.issuer-uri=" + login.issuer());
        facilitator = shop.bean(FakeFacilitator.class);
        url = shop.origin() + "/forecast/lisbon";
    }

    @AfterAll
    static void close() {
        shop.close();
        login.close();
    }

    @BeforeEach
    void reset() {
        facilitator.reset();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokens")
    void tokenWhenItOnlyLooksGoodThenRefusedAndNothingIsVerified(String name, TokenSource source) throws Exception {
        String payment = payment();
        String token = source.token();
        assertRefused(AGENT.get(url, AGENT.presented("GET", url, token, payment)));
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
        assertRefused(AGENT.get(url, "Authorization", "DPoP " + token, "DPoP", source.proof(token), "PAYMENT-SIGNATURE",
                payment));
        assertServed(payment);
    }

    static Stream<Arguments> proofs() {
        return Stream.of(Arguments.of("wrong method", (ProofSource) (token) -> AGENT.proof("POST", url, token)),
                Arguments.of("wrong address",
                        (ProofSource) (token) -> AGENT.proof("GET", shop.origin() + "/forecast/porto", token)),
                Arguments.of("wrong host",
                        (ProofSource) (token) -> AGENT.proof("GET", "http://shop.example/forecast/lisbon", token)),
                Arguments.of("another token", (ProofSource) (token) -> AGENT.proof("GET", url, token + "x")),
                Arguments.of("no token", (ProofSource) (token) -> AGENT.proof("GET", url, null)),
                Arguments.of("another key",
                        (ProofSource) (token) -> TokenAgent.proof(TokenAgent.newKey(),
                                TokenAgent.claims("GET", url, token))),
                Arguments.of("old",
                        (ProofSource) (token) -> TokenAgent.proof(AGENT.key(),
                                new JWTClaimsSet.Builder(TokenAgent.claims("GET", url, token))
                                    .issueTime(ago(Duration.ofMinutes(5)))
                                    .build())),
                Arguments.of("no proof at all", (ProofSource) (token) -> "nonsense"));
    }

    @Test
    void proofWhenItIsUsedTwiceThenRefusedAndNothingIsVerified() throws Exception {
        String token = good();
        String proof = AGENT.proof("GET", url, token);
        String first = payment();
        assertThat(AGENT.get(url, "Authorization", "DPoP " + token, "DPoP", proof, "PAYMENT-SIGNATURE", first)
            .statusCode()).isEqualTo(200);
        facilitator.reset();
        String second = payment();
        assertRefused(AGENT.get(url, "Authorization", "DPoP " + token, "DPoP", proof, "PAYMENT-SIGNATURE", second));
        assertServed(second);
    }

    @Test
    void proofWhenThereIsNoneThenRefusedAndNothingIsVerified() throws Exception {
        String payment = payment();
        assertRefused(AGENT.get(url, "Authorization", "DPoP " + good(), "PAYMENT-SIGNATURE", payment));
        assertServed(payment);
    }

    @Test
    void proofWhenThereAreTwoThenRefusedAndNothingIsVerified() throws Exception {
        String payment = payment();
        String token = good();
        assertRefused(AGENT.get(url, "Authorization", "DPoP " + token, "DPoP", AGENT.proof("GET", url, token), "DPoP",
                AGENT.proof("GET", url, token), "PAYMENT-SIGNATURE", payment));
        assertServed(payment);
    }

    @Test
    void boundTokenWhenItComesAsBearerThenRefusedAndNothingIsVerified() throws Exception {
        String payment = payment();
        assertRefused(AGENT.get(url, "Authorization", "Bearer " + good(), "PAYMENT-SIGNATURE", payment));
        assertServed(payment);
    }

    @Test
    void bearerTokenWhenItIsBoundToNothingThenServed() throws Exception {
        String token = signed(login.signingKey(), claims().claim("cnf", null));
        assertThat(AGENT.get(url, "Authorization", "Bearer " + token, "PAYMENT-SIGNATURE", payment()).statusCode())
            .isEqualTo(200);
    }

    private static void assertRefused(HttpResponse<String> refused) {
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(TokenAgent.json(refused).at("/context/reason").asString()).isEqualTo("unauthenticated");
        assertThat(refused.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
        assertThat(facilitator.verifications()).isEmpty();
        assertThat(facilitator.settlements()).isEmpty();
    }

    private static void assertServed(String payment) throws JOSEException {
        assertThat(AGENT.get(url, AGENT.presented("GET", url, good(), payment)).statusCode()).isEqualTo(200);
        assertThat(facilitator.settlements()).hasSize(1);
    }

    private static String payment() {
        return Terms.pay(AGENT.get(url));
    }

    /** What the server itself would sign, but for who asked. */
    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(login.issuer())
            .audience(shop.origin())
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

package io.github.x402spring.e2e;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SignInTests {

    private static final TestWallet OTHER = TestWallet.named("403");

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(Club.class, "x402.sign-in.enabled=true", "x402.sign-in.statement=Enter the club",
                "x402.resource-base-url=https://club.example", "x402.auth-hints.issuer=https://login.club.example",
                "x402.auth-hints.token-type=DPoP",
                "x402.auth-hints.token-endpoint=https://login.club.example/oauth2/token",
                "x402.auth-hints.registration-endpoint=https://login.club.example/connect/register");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.facilitator().reset();
    }

    @Test
    void challengeWhenAnIdentityIsNeededThenHintsAndAFreshSignInBesideTheTerms() {
        Answer answer = app.http().get("/room");
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.header("WWW-Authenticate")).isNotNull();
        JsonNode extensions = challenge(answer).path("extensions");
        JsonNode requirement = extensions.at("/auth-hints/info/authRequirements/0");
        assertThat(requirement.path("acceptIndexes").toString()).isEqualTo("[0]");
        assertThat(requirement.path("methods").toString()).isEqualTo(
                "[{\"type\":\"oauth2\",\"tokenType\":\"DPoP\",\"authorizationServer\":\"https://login.club.example\","
                        + "\"tokenEndpoint\":\"https://login.club.example/oauth2/token\","
                        + "\"registrationEndpoint\":\"https://login.club.example/connect/register\"},"
                        + "{\"type\":\"sign-in-with-x\"}]");
        assertThat(extensions.at("/auth-hints/schema/required/0").asString()).isEqualTo("authRequirements");
        JsonNode signIn = extensions.path("sign-in-with-x");
        assertThat(signIn.at("/info/domain").asString()).isEqualTo("club.example");
        assertThat(signIn.at("/info/uri").asString()).isEqualTo("https://club.example/room");
        assertThat(signIn.at("/info/statement").asString()).isEqualTo("Enter the club");
        assertThat(signIn.at("/info/nonce").asString()).matches("[0-9a-f]{32}");
        assertThat(signIn.at("/supportedChains/0/chainId").asString()).isEqualTo("eip155:84532");
        assertThat(signIn.at("/supportedChains/0/type").asString()).isEqualTo("eip191");
        assertThat(challenge(app.http().get("/room")).at("/extensions/sign-in-with-x/info/nonce").asString())
            .isNotEqualTo(signIn.at("/info/nonce").asString());
    }

    @Test
    void challengeWhenStrangersAreAdmittedThenNoHints() {
        assertThat(challenge(app.http().get("/lobby")).path("extensions").propertyNames()).doesNotContain("auth-hints",
                "sign-in-with-x");
    }

    @Test
    void proofWhenGoodThenTheWalletIsTheCallerAndThePaymentChangesNothing() {
        Answer answer = app.http().get("/room", header(proof(PaidApp.WALLET)), PaidApp.signature(app.pay("/room")));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
            .isEqualTo("WalletAuthentication " + PaidApp.WALLET.address().toLowerCase(Locale.ROOT) + " []");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "true, 200", "false, 403" })
    void policyWhenThePayerHasToBeTheCallerThenOnlyTheOwnWalletPays(boolean own, int status) {
        Answer answer = app.http()
            .get("/own", header(proof(own ? PaidApp.WALLET : OTHER)), PaidApp.signature(app.pay("/own")));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(app.facilitator().settlements()).hasSize(own ? 1 : 0);
    }

    @Test
    void paymentWhenThereIsNoProofThenUnauthorizedAndGoodLater() {
        String payment = PaidApp.signature(app.pay("/room"));
        assertThat(app.http().get("/room", payment).status()).isEqualTo(401);
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.http().get("/room", payment, header(proof(OTHER))).status()).isEqualTo(200);
    }

    @Test
    void proofWhenReplayedThenUnauthorizedAndNothingVerified() {
        String header = header(proof(OTHER));
        assertThat(app.http().get("/room", header, PaidApp.signature(app.pay("/room"))).status()).isEqualTo(200);
        app.facilitator().reset();
        Answer replayed = app.http().get("/room", header, PaidApp.signature(app.pay("/room")));
        assertRefused(replayed);
    }

    @ParameterizedTest
    @MethodSource("badProofs")
    void proofWhenBadThenUnauthorizedAndNothingVerified(String name, Consumer<Map<String, Object>> change) {
        Map<String, Object> info = info();
        change.accept(info);
        Answer answer = app.http().get("/room", header(signed(info, OTHER)), PaidApp.signature(app.pay("/room")));
        assertRefused(answer);
    }

    static Stream<Arguments> badProofs() {
        Instant now = Instant.now();
        return Stream.of(bad("another domain", (info) -> info.put("domain", "evil.example")),
                bad("another origin", (info) -> info.put("uri", "https://evil.example/room")),
                bad("origin in user info", (info) -> info.put("uri", "https://club.example@evil.example/room")),
                bad("not encrypted", (info) -> info.put("uri", "http://club.example/room")),
                bad("forged nonce", (info) -> info.put("nonce", "00112233445566778899aabbccddeeff")),
                bad("capital nonce", (info) -> info.put("nonce", "A" + info.get("nonce").toString().substring(1))),
                bad("too old", (info) -> info.put("issuedAt", now.minusSeconds(400).toString())),
                bad("in the future", (info) -> info.put("issuedAt", now.plusSeconds(120).toString())),
                bad("expired", (info) -> info.put("expirationTime", now.minusSeconds(1).toString())),
                bad("not yet", (info) -> info.put("notBefore", now.plusSeconds(120).toString())),
                bad("no time", (info) -> info.put("issuedAt", "yesterday")),
                bad("version 2", (info) -> info.put("version", "2")),
                bad("two lines", (info) -> info.put("statement", "a\nb")),
                bad("another type", (info) -> info.put("type", "ed25519")),
                bad("another chain's", (info) -> info.put("chainId", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp")));
    }

    private static Arguments bad(String name, Consumer<Map<String, Object>> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest
    @MethodSource("badSignatures")
    void proofWhenTheSignatureIsBadThenUnauthorized(String name, Consumer<Map<String, Object>> change) {
        Map<String, Object> proof = proof(OTHER);
        change.accept(proof);
        assertRefused(app.http().get("/room", header(proof), PaidApp.signature(app.pay("/room"))));
    }

    static Stream<Arguments> badSignatures() {
        return Stream.of(bad("foreign", (proof) -> proof.put("address", PaidApp.WALLET.address())),
                bad("truncated",
                        (proof) -> proof.put("signature", proof.get("signature").toString().substring(0, 130))),
                bad("empty", (proof) -> proof.put("signature", "0x")),
                bad("zero", (proof) -> proof.put("signature", "0x" + "00".repeat(65))),
                bad("no hex", (proof) -> proof.put("signature", "0xzz")),
                bad("missing", (proof) -> proof.remove("signature")),
                bad("statement added", (proof) -> proof.put("statement", "I owe you")),
                bad("resource added", (proof) -> proof.put("resources", List.of("https://club.example/vault"))));
    }

    @ParameterizedTest
    @CsvSource({ "''", "not base64", "bnVsbA==", "e30=" })
    void proofWhenNotReadableThenUnauthorized(String header) {
        assertRefused(app.http().get("/room", "SIGN-IN-WITH-X: " + header, PaidApp.signature(app.pay("/room"))));
    }

    @Test
    void proofWhenDoubledThenUnauthorized() {
        assertRefused(app.http()
            .get("/room", header(proof(OTHER)), header(proof(OTHER)), PaidApp.signature(app.pay("/room"))));
    }

    @Test
    void proofWhenTheCallerIsKnownAlreadyThenItStaysWhoItIs() {
        Answer answer = app.http()
            .get("/room", PolicyShop.ALICE, header(proof(OTHER)), PaidApp.signature(app.pay("/room")));
        assertThat(answer.text()).startsWith("UsernamePasswordAuthenticationToken alice");
    }

    @Test
    void proofWhenTheAnswerIsAsynchronousThenTheCallerIsKnownThereToo() {
        Answer answer = app.http().get("/async", header(proof(OTHER)), PaidApp.signature(app.pay("/async")));
        assertThat(answer.text()).startsWith("WalletAuthentication");
    }

    @Test
    void proofWhenTheNextRequestHasNoneThenNobodyIsSignedIn() {
        assertThat(app.http().get("/room", header(proof(OTHER))).all("Set-Cookie")).isEmpty();
        assertThat(app.http().get("/room", PaidApp.signature(app.pay("/room"))).status()).isEqualTo(401);
    }

    @Test
    void proofWhenNothingIsSoldThereThenNobodyIsSignedIn() {
        assertThat(app.http().get("/staff", PolicyShop.ALICE).status()).isEqualTo(200);
        assertThat(app.http().get("/staff", header(proof(OTHER))).status()).isEqualTo(401);
    }

    @Test
    void proofWhenAPaidHandlerIsMappedBesideThenNobodyIsSignedIn() {
        assertThat(app.http().get("/rooms/office", PolicyShop.ALICE).status()).isEqualTo(200);
        assertThat(app.http().get("/rooms/office", header(proof(OTHER))).status()).isEqualTo(401);
        assertThat(app.http().get("/rooms/7", header(proof(OTHER))).status()).isEqualTo(402);
    }

    @Test
    void challengeWhenTheAddressIsLongThenStillFitsIntoTheHeaders() {
        Answer answer = app.http().get("/rooms/" + "a".repeat(980));
        assertThat(answer.status()).isEqualTo(402);
        assertThat(challenge(answer).at("/extensions/sign-in-with-x/info/nonce").asString()).isNotEmpty();
    }

    @Test
    void challengeWhenAPolicyBeanDecidesAloneThenNoHintThatAnIdentityIsMandatory() {
        try (PaidApp decided = PaidApp.start(Decided.class, "x402.sign-in.enabled=true",
                "x402.resource-base-url=https://club.example")) {
            Answer answer = decided.http().get("/room");
            assertThat(answer.header("WWW-Authenticate")).isNull();
            assertThat(challenge(answer).path("extensions").propertyNames()).doesNotContain("auth-hints",
                    "sign-in-with-x");
        }
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.reason()).isEqualTo("unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).isNotNull();
        assertThat(answer.everything()).doesNotContain("siwx");
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    private static JsonNode challenge(Answer answer) {
        return SignInProofs.challenge(answer);
    }

    private static Map<String, Object> info() {
        return SignInProofs.info(app);
    }

    private static Map<String, Object> proof(TestWallet wallet) {
        return SignInProofs.signed(info(), wallet.address(), wallet);
    }

    private static Map<String, Object> signed(Map<String, Object> info, TestWallet wallet) {
        return SignInProofs.signed(info, wallet.address(), wallet);
    }

    private static String header(Map<String, Object> proof) {
        return SignInProofs.header(proof);
    }

    /** Has a policy that decides alone. */
    @Configuration(proxyBeanMethods = false)
    @Import(Club.class)
    static class Decided {

        @Bean
        AuthorizationManager<PaidRequest> policy() {
            return (authentication, request) -> new AuthorizationDecision(true);
        }

    }

    /**
     * Sells to members, and to anybody in the lobby.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Club {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(User.withUsername("alice")
                .password("{noop}secret")
                .authorities("ROLE_MEMBER")
                .build())::loadUserByUsername;
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.requestMatchers("/staff", "/rooms/office")
                .authenticated()
                .anyRequest()
                .permitAll());
            http.csrf(AbstractHttpConfigurer::disable);
            http.httpBasic(Customizer.withDefaults());
            return http.build();
        }

        @RestController
        static class Rooms {

            @GetMapping("/room")
            @PaidEndpoint(price = "$0.01")
            String room() {
                return caller();
            }

            @GetMapping("/rooms/{id}")
            @PaidEndpoint(price = "$0.01")
            String numbered(@PathVariable String id) {
                return caller();
            }

            @GetMapping("/rooms/office")
            String office() {
                return caller();
            }

            @GetMapping("/staff")
            String staff() {
                return caller();
            }

            @GetMapping("/async")
            @PaidEndpoint(price = "$0.01")
            Callable<String> async() {
                return Rooms::caller;
            }

            @GetMapping("/own")
            @PaidEndpoint(price = "$0.01", authorize = "isAuthenticated() and payerIsCaller()")
            String own() {
                return caller();
            }

            @GetMapping("/lobby")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String lobby() {
                return "lobby";
            }

            private static String caller() {
                Authentication caller = SecurityContextHolder.getContext().getAuthentication();
                return caller.getClass().getSimpleName() + " " + caller.getName() + " " + caller.getAuthorities();
            }

        }

    }

}

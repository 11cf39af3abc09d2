package io.github.x402spring.autoconfigure.security;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.autoconfigure.security.AuthHints.OAuth2;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.security.PaidRequests;
import io.github.x402spring.security.web.SignInNonces;
import io.github.x402spring.security.web.SignInWithX;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

@Tag("locale")
class AuthHintsTests {

    private static final String URI_OF_RESOURCE = "https://api.example.test/weather";

    private static final OAuth2 TOKENS = new OAuth2("DPoP", URI.create("https://login.example.test"),
            URI.create("https://login.example.test/token"), URI.create("https://login.example.test/register"));

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("eip155:84532"),
            TokenAmount.of(1), "0xA", "0xB", 60, Map.of());

    private final PaidEndpointDefinition endpoint = PaidRequests.endpoint(null);

    @Test
    void declareWhenTokensAreKnownThenTheirSourceStandsForEveryTerm() {
        Map<String, Object> tokens = Map.of("type", "oauth2", "tokenType", "DPoP", "authorizationServer",
                "https://login.example.test", "tokenEndpoint", "https://login.example.test/token",
                "registrationEndpoint", "https://login.example.test/register");
        assertThat(info(hints(TOKENS, null).declare(this.endpoint, URI_OF_RESOURCE, List.of(TERMS, TERMS))))
            .isEqualTo(Map.of("authRequirements",
                    List.of(Map.of("acceptIndexes", List.of(0, 1), "methods", List.of(tokens)))));
    }

    @Test
    void declareWhenClientsCannotRegisterThenNoAddressForIt() {
        OAuth2 closed = new OAuth2("Bearer", TOKENS.authorizationServer(), TOKENS.tokenEndpoint(), null);
        assertThat(info(hints(closed, null).declare(this.endpoint, URI_OF_RESOURCE, List.of(TERMS))).toString())
            .contains("tokenType=Bearer")
            .doesNotContain("registrationEndpoint");
    }

    @Test
    void declareWhenWalletsMaySignInThenTokensComeFirstAndTheStatementIsForTheResource() {
        Map<String, Object> extensions = hints(TOKENS, signIn(nonces())).declare(this.endpoint, URI_OF_RESOURCE,
                List.of(TERMS));
        assertThat(info(extensions).toString()).contains("{type=oauth2,", "{type=sign-in-with-x}")
            .matches(".*oauth2.*sign-in-with-x.*");
        assertThat(extensions).extractingByKey("sign-in-with-x", as(MAP))
            .extractingByKey("info", as(MAP))
            .containsEntry("uri", URI_OF_RESOURCE);
    }

    @Test
    void declareWhenNothingIsKnownThenNoHints() {
        assertThat(hints(null, null).declare(this.endpoint, URI_OF_RESOURCE, List.of(TERMS))).isEmpty();
    }

    @Test
    void declareWhenIdentityIsNotAskedForThenNothingAndNoNonceIsSpent() {
        SignInNonces nonces = mock(SignInNonces.class);
        AuthHints hints = new AuthHints((endpoint) -> false, () -> TOKENS, signIn(nonces));
        assertThat(hints.declare(this.endpoint, URI_OF_RESOURCE, List.of(TERMS))).isEmpty();
        then(nonces).shouldHaveNoInteractions();
    }

    @ParameterizedTest
    @CsvSource({ "true, true, true", "true, false, false", "false, true, false", "false, false, false" })
    void variesWhenEachAnswerHasANonceThenItDoes(boolean identity, boolean signIn, boolean varies) {
        AuthHints hints = new AuthHints((endpoint) -> identity, () -> TOKENS, signIn ? signIn(nonces()) : null);
        assertThat(hints.varies(this.endpoint)).isEqualTo(varies);
    }

    private static AuthHints hints(@Nullable OAuth2 oauth2, @Nullable SignInWithX signIn) {
        return new AuthHints((endpoint) -> true, () -> oauth2, signIn);
    }

    private static Object info(Map<String, Object> extensions) {
        return ((Map<?, ?>) extensions.get("auth-hints")).get("info");
    }

    private static SignInNonces nonces() {
        return SignInNonces.sealed(new byte[32], Duration.ofMinutes(5), Clock.fixed(PaidRequests.NOW, ZoneOffset.UTC));
    }

    private static SignInWithX signIn(SignInNonces nonces) {
        return new SignInWithX("https://api.example.test", null, Duration.ofMinutes(5), nonces,
                (digest, signature) -> Optional.empty(), null, Clock.fixed(PaidRequests.NOW, ZoneOffset.UTC));
    }

}

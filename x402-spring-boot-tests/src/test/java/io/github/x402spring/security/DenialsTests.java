package io.github.x402spring.security;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.authority.AuthorityUtils;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DenialsTests {

    @ParameterizedTest
    @MethodSource("refusals")
    void ofWhenTheCallerIsAnonymousThenEveryRefusalIsTheSame(AuthorizationResult refusal) {
        assertThat(Denials.of(refusal, false)).isEqualTo(Denial.of(Reason.UNAUTHENTICATED));
    }

    static Stream<AuthorizationResult> refusals() {
        return Stream.of(new AuthorizationDecision(false), authorities("SCOPE_weather"), authorities("ROLE_ADMIN"),
                X402AuthorizationDecision.denied().build(),
                X402AuthorizationDecision.denied().requiredScopes(List.of("weather")).build(),
                X402AuthorizationDecision.denied().reason(Reason.PAYER_NOT_BOUND).build());
    }

    @ParameterizedTest
    @CsvSource({ "true, PT30S, 30", "false, PT30S, 30", "true, PT0.4S, 1", "true, PT0S, 1", "true, PT-5S, 1",
            "true, P36500D, 2147483647" })
    void ofWhenTheCallerComesTooOftenThenWaitsForAWholeSecondOrMoreWhoeverItIs(boolean authenticated, Duration wait,
            int seconds) {
        assertThat(Denials.of(X402AuthorizationDecision.denied().limitReached(wait).build(), authenticated))
            .isEqualTo(new Denial(Reason.LIMIT_REACHED, Map.of(), seconds));
    }

    @Test
    void ofWhenTheWalletIsNotTheCallersThenSaysSo() {
        assertThat(Denials.of(X402AuthorizationDecision.denied().reason(Reason.PAYER_NOT_BOUND).build(), true))
            .isEqualTo(Denial.of(Reason.PAYER_NOT_BOUND));
    }

    @Test
    void ofWhenScopesAreMissingThenTheyAreNamed() {
        Denial missing = new Denial(Reason.INSUFFICIENT_SCOPE, Map.of("scopes", List.of("weather", "maps")), null);
        assertThat(
                Denials.of(X402AuthorizationDecision.denied().requiredScopes(List.of("weather", "maps")).build(), true))
            .isEqualTo(missing);
        assertThat(Denials.of(authorities("SCOPE_weather", "SCOPE_maps"), true)).isEqualTo(missing);
    }

    @Test
    void ofWhenAnythingElseIsMissingThenTheCallerNeedNotKnowWhat() {
        for (AuthorizationResult refusal : List.of(new AuthorizationDecision(false), authorities("ROLE_ADMIN"),
                X402AuthorizationDecision.denied().cause("not in the plan").build())) {
            assertThat(Denials.of(refusal, true)).isEqualTo(Denial.of(Reason.FORBIDDEN));
        }
    }

    private static AuthorityAuthorizationDecision authorities(String... names) {
        return new AuthorityAuthorizationDecision(false, AuthorityUtils.createAuthorityList(names));
    }

}

package io.github.x402spring.security;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.core.authority.AuthorityUtils;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;

class DenialsTests {

    @Test
    void ofWhenAStrangerIsRefusedThenToldToAuthenticateWhateverTheRule() {
        assertThat(Denials.of(new AuthorizationDecision(false), false)).isEqualTo(Denial.of(Reason.UNAUTHENTICATED));
        assertThat(Denials.of(lacking("SCOPE_weather"), false)).isEqualTo(Denial.of(Reason.UNAUTHENTICATED));
    }

    @Test
    void ofWhenAKnownCallerLacksScopesThenNamesThem() {
        assertThat(Denials.of(lacking("SCOPE_weather"), true))
            .isEqualTo(new Denial(Reason.INSUFFICIENT_SCOPE, Map.of("scopes", List.of("weather")), null));
    }

    @Test
    void ofWhenAKnownCallerLacksNoScopeThenForbidden() {
        assertThat(Denials.of(new AuthorizationDecision(false), true)).isEqualTo(Denial.of(Reason.FORBIDDEN));
        assertThat(Denials.of(lacking("ROLE_TRADER"), true)).isEqualTo(Denial.of(Reason.FORBIDDEN));
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void ofWhenALimitIsReachedThenEveryCallerIsToldSoAndWhen(boolean authenticated) {
        X402AuthorizationDecision decision = X402AuthorizationDecision.denied()
            .limitReached(Duration.ofMillis(1500))
            .build();
        assertThat(Denials.of(decision, authenticated)).isEqualTo(new Denial(Reason.LIMIT_REACHED, Map.of(), 1));
    }

    private static AuthorityAuthorizationDecision lacking(String authority) {
        return new AuthorityAuthorizationDecision(false, AuthorityUtils.createAuthorityList(authority));
    }

}

package io.github.x402spring.security;

import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.core.authority.AuthorityUtils;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ScopeNamesTests {

    @ParameterizedTest
    @MethodSource("scopes")
    void validWhenSpeltAsRfc6749SaysThenTrue(String scope) {
        assertThat(ScopeNames.valid(scope)).isTrue();
    }

    static Stream<String> scopes() {
        return Stream.of("w", "weather:read", "https://api.example.test/weather", "!#[]~", "a".repeat(128));
    }

    @ParameterizedTest
    @MethodSource("noScopes")
    void validWhenItCouldLeaveAQuotedStringThenFalse(String scope) {
        assertThat(ScopeNames.valid(scope)).isFalse();
    }

    static Stream<String> noScopes() {
        return Stream.of("", " ", "a b", "a\"", "a\\", "a\r\nSet-Cookie: x=y", "a\n", "\u0000", "a\u007f", "w\u00e9",
                "a".repeat(129));
    }

    @Test
    void requiredWhenOnlyScopesWereAskedForThenAllWithoutPrefix() {
        assertThat(required("SCOPE_weather", "SCOPE_maps:read")).containsExactly("weather", "maps:read");
    }

    @ParameterizedTest
    @ValueSource(strings = { "ROLE_ADMIN", "scope_maps", "maps", "SCOPE_", "SCOPE_a b", "SCOPE_a\"" })
    void requiredWhenAnythingElseWasAskedForThenCallersNeedNotKnow(String authority) {
        assertThat(required("SCOPE_weather", authority)).isEmpty();
    }

    @Test
    void requiredWhenTheResultDoesNotSayThenNone() {
        assertThat(ScopeNames.required(new AuthorizationDecision(false))).isEmpty();
    }

    private static Iterable<String> required(String... authorities) {
        return ScopeNames
            .required(new AuthorityAuthorizationDecision(false, AuthorityUtils.createAuthorityList(authorities)));
    }

}

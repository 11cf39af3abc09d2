package io.github.x402spring.security;

import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagerFactory;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class RefusalRecorderTests {

    private static final Authentication ALICE = PaidRequests.caller("alice", "ROLE_A", "SCOPE_a");

    private static final Authentication REMEMBERED = new RememberMeAuthenticationToken("key", "alice",
            AuthorityUtils.NO_AUTHORITIES);

    private final RefusalRecorder refusals = new RefusalRecorder(new DefaultAuthorizationManagerFactory<>());

    @ParameterizedTest
    @MethodSource("rules")
    void authorizeWhenAskedForThenAsTheFactorySays(Authentication caller, Rule rule, boolean granted) {
        AuthorizationResult result = authorize(caller, rule);
        assertThat(result.isGranted()).isEqualTo(granted);
        assertThat(this.refusals.onlyRefusal()).isSameAs(granted ? null : result);
    }

    static Stream<Arguments> rules() {
        Authentication nobody = PaidRequests.anonymous();
        return Stream.of(rule(ALICE, (rules) -> rules.hasAuthority("SCOPE_a"), true),
                rule(ALICE, (rules) -> rules.hasAuthority("SCOPE_b"), false),
                rule(ALICE, (rules) -> rules.hasAnyAuthority("SCOPE_b", "SCOPE_a"), true),
                rule(ALICE, (rules) -> rules.hasAnyAuthority("SCOPE_b", "SCOPE_c"), false),
                rule(ALICE, (rules) -> rules.hasAllAuthorities("SCOPE_a", "ROLE_A"), true),
                rule(ALICE, (rules) -> rules.hasAllAuthorities("SCOPE_a", "SCOPE_b"), false),
                rule(ALICE, (rules) -> rules.hasRole("A"), true), rule(ALICE, (rules) -> rules.hasRole("B"), false),
                rule(ALICE, (rules) -> rules.hasAnyRole("B", "A"), true),
                rule(ALICE, (rules) -> rules.hasAnyRole("B", "C"), false),
                rule(ALICE, (rules) -> rules.hasAllRoles("A"), true),
                rule(ALICE, (rules) -> rules.hasAllRoles("A", "B"), false),
                rule(ALICE, AuthorizationManagerFactory::authenticated, true),
                rule(nobody, AuthorizationManagerFactory::authenticated, false),
                rule(ALICE, AuthorizationManagerFactory::fullyAuthenticated, true),
                rule(REMEMBERED, AuthorizationManagerFactory::fullyAuthenticated, false),
                rule(REMEMBERED, AuthorizationManagerFactory::rememberMe, true),
                rule(ALICE, AuthorizationManagerFactory::rememberMe, false),
                rule(nobody, AuthorizationManagerFactory::anonymous, true),
                rule(ALICE, AuthorizationManagerFactory::anonymous, false),
                rule(nobody, AuthorizationManagerFactory::permitAll, true));
    }

    @Test
    void onlyRefusalWhenEverybodyIsDeniedThenNothingWasAskedForInVain() {
        assertThat(authorize(ALICE, AuthorizationManagerFactory::denyAll).isGranted()).isFalse();
        assertThat(this.refusals.onlyRefusal()).isNull();
    }

    @Test
    void onlyRefusalWhenThereWereTwoThenNobodyKnowsWhichDecided() {
        authorize(ALICE, (rules) -> rules.hasAuthority("SCOPE_b"));
        authorize(ALICE, (rules) -> rules.hasRole("B"));
        assertThat(this.refusals.onlyRefusal()).isNull();
    }

    @Test
    void onlyRefusalWhenTheOtherRulesGrantThenItIsTheOne() {
        authorize(ALICE, (rules) -> rules.hasRole("A"));
        AuthorizationResult refused = authorize(ALICE, (rules) -> rules.hasAuthority("SCOPE_b"));
        authorize(ALICE, AuthorizationManagerFactory::authenticated);
        assertThat(this.refusals.onlyRefusal()).isSameAs(refused);
    }

    @Test
    void onlyRefusalWhenAnotherRuleWasSilentThenNobodyKnowsWhichDecided() {
        AuthorizationManagerFactory<PaidRequest> factory = mock();
        given(factory.hasRole("silent")).willReturn((authentication, request) -> null);
        given(factory.hasRole("B")).willReturn(new DefaultAuthorizationManagerFactory<PaidRequest>().hasRole("B"));
        RefusalRecorder noted = new RefusalRecorder(factory);
        noted.hasRole("B").authorize(() -> ALICE, PaidRequests.request());
        noted.hasRole("silent").authorize(() -> ALICE, PaidRequests.request());
        assertThat(noted.onlyRefusal()).isNull();
    }

    private AuthorizationResult authorize(Authentication caller, Rule rule) {
        return rule.apply(this.refusals).authorize(() -> caller, PaidRequests.request());
    }

    private static Arguments rule(Authentication caller, Rule rule, boolean granted) {
        return arguments(caller, rule, granted);
    }

    private interface Rule
            extends Function<AuthorizationManagerFactory<PaidRequest>, AuthorizationManager<PaidRequest>> {

    }

}

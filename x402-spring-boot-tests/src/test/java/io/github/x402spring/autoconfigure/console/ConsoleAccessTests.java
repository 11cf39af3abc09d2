package io.github.x402spring.autoconfigure.console;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class ConsoleAccessTests {

    private final ConsoleAccess access = new ConsoleAccess(
            AuthorityAuthorizationManager.hasAuthority("SCOPE_x402.console"));

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @AfterEach
    void leave() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void grantsWhenNobodyIsThereThenAnswers401() {
        assertThat(this.access.grants(this.response)).isFalse();
        assertThat(this.response.getStatus()).isEqualTo(401);
    }

    @Test
    void grantsWhenTheCallerHasTheAuthorityThenYes() {
        enter(new TestingAuthenticationToken("root", "", "SCOPE_x402.console"));
        assertThat(this.access.grants(this.response)).isTrue();
        assertThat(this.response.getStatus()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "ROLE_USER", "ROLE_SCOPE_x402.console", "SCOPE_X402.console", "SCOPE_x402.console.read",
            "x402.console" })
    void grantsWhenTheCallerHasAnotherAuthorityThenDenied(String authority) {
        enter(new TestingAuthenticationToken("ann", "", authority));
        assertDenied(this.access);
    }

    @Test
    void grantsWhenTheCallerClaimsTheAuthorityAndHasNotProvenItThenDenied() {
        TestingAuthenticationToken claimed = new TestingAuthenticationToken("root", "", "SCOPE_x402.console");
        claimed.setAuthenticated(false);
        enter(claimed);
        assertDenied(this.access);
        assertDenied(new ConsoleAccess((authentication, object) -> new AuthorizationDecision(true)));
        claimed.setAuthenticated(true);
        assertThat(this.access.grants(this.response)).isTrue();
    }

    @Test
    void grantsWhenTheCallerIsAnonymousThenDenied() {
        enter(new AnonymousAuthenticationToken("key", "anonymous",
                AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS")));
        assertDenied(this.access);
    }

    @Test
    void grantsWhenTheRuleAbstainsThenDenied() {
        enter(new TestingAuthenticationToken("root", "", "SCOPE_x402.console"));
        assertDenied(new ConsoleAccess((authentication, object) -> null));
    }

    private void assertDenied(ConsoleAccess access) {
        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> access.grants(this.response));
    }

    private static void enter(Authentication authentication) {
        SecurityContextHolder.getContext().setAuthentication(authentication);
    }

}

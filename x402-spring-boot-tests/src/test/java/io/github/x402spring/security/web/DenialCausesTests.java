package io.github.x402spring.security.web;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.authority.AuthorityUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

@Tag("locale")
class DenialCausesTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @Test
    void filterWhenAScopeIsMissingThenNotedAndThrownOn() {
        AuthorizationDeniedException denied = denied("SCOPE_weather", "SCOPE_maps");
        assertThat(filter(throwing(denied))).isSameAs(denied);
        assertThat(DenialCauses.requiredScopes(this.request)).containsExactly("weather", "maps");
    }

    @ParameterizedTest
    @CsvSource({ "1, true", "9, true", "10, false", "1000, false" })
    void filterWhenTheDenialLiesDeepThenFoundAsFarAsItLooks(int depth, boolean found) {
        Throwable thrown = denied("SCOPE_weather");
        for (int i = 0; i < depth; i++) {
            thrown = new ServletException(thrown);
        }
        assertThat(filter(throwing((ServletException) thrown))).isSameAs(thrown);
        assertThat(DenialCauses.requiredScopes(this.request)).hasSize(found ? 1 : 0);
    }

    @Test
    void filterWhenCausesGoInACircleThenItEnds() {
        RuntimeException outer = new RuntimeException();
        outer.initCause(new RuntimeException(outer));
        assertThat(filter(throwing(outer))).isSameAs(outer);
        assertThat(DenialCauses.requiredScopes(this.request)).isEmpty();
    }

    @Test
    void requiredScopesWhenARoleIsMissingThenCallersNeedNotKnow() {
        filter(throwing(denied("ROLE_ADMIN")));
        assertThat(DenialCauses.requiredScopes(this.request)).isEmpty();
    }

    @Test
    void requiredScopesWhenTheDenialDoesNotSayWhyThenNone() {
        filter(throwing(new AuthorizationDeniedException("no", new AuthorizationDecision(false))));
        assertThat(DenialCauses.requiredScopes(this.request)).isEmpty();
    }

    @Test
    void requiredScopesWhenNothingWasDeniedThenNone() {
        assertThat(filter((request, response) -> {
        })).isNull();
        assertThat(DenialCauses.requiredScopes(this.request)).isEmpty();
    }

    private Throwable filter(FilterChain chain) {
        return catchThrowable(() -> new DenialCauses().doFilter(this.request, new MockHttpServletResponse(), chain));
    }

    private static FilterChain throwing(Exception exception) {
        return (request, response) -> {
            switch (exception) {
                case ServletException ex -> throw ex;
                case RuntimeException ex -> throw ex;
                default -> throw new IOException(exception);
            }
        };
    }

    private static AuthorizationDeniedException denied(String... authorities) {
        return new AuthorizationDeniedException("no",
                new AuthorityAuthorizationDecision(false, AuthorityUtils.createAuthorityList(authorities)));
    }

}

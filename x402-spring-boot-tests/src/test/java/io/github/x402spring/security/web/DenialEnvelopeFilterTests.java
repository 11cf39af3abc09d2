package io.github.x402spring.security.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.authority.AuthorityUtils;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.envelope.EnvelopeRenderer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

@Tag("locale")
class DenialEnvelopeFilterTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/members");

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private @Nullable ChargeResolver charges;

    @ParameterizedTest
    @CsvSource({ "401, unauthenticated", "403, forbidden" })
    void filterWhenADenialHasNoBodyThenItIsExplained(int status, String reason) throws Exception {
        filter((request, response) -> ((HttpServletResponse) response).sendError(status));
        assertThat(this.response.getStatus()).isEqualTo(status);
        assertThat(this.response.getContentType()).isEqualTo("application/problem+json");
        assertThat(this.response.getContentAsString()).contains("\"reason\":\"" + reason + "\"", "\"charged\":\"no\"");
    }

    @ParameterizedTest
    @CsvSource({ "401, NO, released", "401, YES, settled", "401, UNKNOWN, unknown", "403, NO, released",
            "403, YES, settled", "403, UNKNOWN, unknown" })
    void filterWhenAPaymentIsPresentedThenTheEnvelopeSaysWhatIsKnownOfIt(int status, Charged charged, String state)
            throws Exception {
        this.charges = (request) -> charged;
        filter((request, response) -> ((HttpServletResponse) response).sendError(status));
        assertThat(this.response.getContentAsString())
            .contains("\"payment\":{\"state\":\"" + state + "\",\"charged\":\"" + charged.wireName() + "\"}")
            .doesNotContain("new_payment");
    }

    @Test
    void filterWhenNoPaymentIsPresentedThenNoneIsNamed() throws Exception {
        this.charges = (request) -> null;
        filter((request, response) -> ((HttpServletResponse) response).sendError(401));
        assertThat(this.response.getContentAsString()).contains("\"payment\":{\"state\":\"none\",\"charged\":\"no\"}");
    }

    @Test
    void filterWhenTheAnswerIsNoDenialThenPaymentsAreNotLookedUp() throws Exception {
        this.charges = (request) -> {
            throw new AssertionError();
        };
        filter((request, response) -> ((HttpServletResponse) response).setStatus(404));
        assertThat(this.response.getContentAsByteArray()).isEmpty();
    }

    @Test
    void filterWhenADenialIsExplainedThenItsHeadersStayAndNoCacheKeepsIt() throws Exception {
        filter((request, response) -> {
            ((HttpServletResponse) response).setHeader("WWW-Authenticate", "Bearer");
            ((HttpServletResponse) response).setHeader("Vary", "Origin");
            ((HttpServletResponse) response).setStatus(401);
        });
        assertThat(this.response.getHeader("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(this.response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(this.response.getHeaders("Vary")).containsExactly("Origin", "Accept, Authorization");
    }

    @Test
    void filterWhenScopesWereMissingThenTheyAreNamed() throws Exception {
        filter((request, response) -> {
            catchThrowable(() -> new DenialCauses().doFilter(request, response, (inner, unused) -> {
                throw new AuthorizationDeniedException("no",
                        new AuthorityAuthorizationDecision(false, AuthorityUtils.createAuthorityList("SCOPE_weather")));
            }));
            ((HttpServletResponse) response).sendError(403);
        });
        assertThat(this.response.getContentAsString()).contains("\"reason\":\"insufficient_scope\"",
                "\"scopes\":[\"weather\"]");
    }

    @Test
    void filterWhenTheDenialHasABodyThenItIsTheApplications() throws Exception {
        filter((request, response) -> {
            ((HttpServletResponse) response).setStatus(403);
            response.getWriter().print("own words");
        });
        assertThat(this.response.getContentAsString()).isEqualTo("own words");
        assertThat(this.response.getHeader("Cache-Control")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 302, 402, 404, 500 })
    void filterWhenTheAnswerIsNoDenialThenLeftAlone(int status) throws Exception {
        filter((request, response) -> ((HttpServletResponse) response).setStatus(status));
        assertThat(this.response.getStatus()).isEqualTo(status);
        assertThat(this.response.getContentAsByteArray()).isEmpty();
        assertThat(this.response.getHeaderNames()).isEmpty();
    }

    @Test
    void filterWhenThePaymentMayHaveBeenChargedThenNothingIsSaidOfIt() throws Exception {
        filter((request, response) -> {
            request.setAttribute(EnvelopeRenderer.CHARGE_ATTRIBUTE, Boolean.TRUE);
            ((HttpServletResponse) response).sendError(403);
        });
        assertThat(this.response.getStatus()).isEqualTo(403);
        assertThat(this.response.getContentAsByteArray()).isEmpty();
    }

    @Test
    void filterWhenTheAnswerComesLaterThenLeftAlone() throws Exception {
        this.request.setAsyncSupported(true);
        filter((request, response) -> {
            ((HttpServletResponse) response).setStatus(403);
            request.startAsync();
        });
        assertThat(this.response.getContentAsByteArray()).isEmpty();
        assertThat(this.response.isCommitted()).isFalse();
    }

    private void filter(FilterChain chain) throws Exception {
        new DenialEnvelopeFilter(new DenialWriter(new EnvelopeRenderer(null), () -> this.charges))
            .doFilter(this.request, this.response, chain);
    }

}

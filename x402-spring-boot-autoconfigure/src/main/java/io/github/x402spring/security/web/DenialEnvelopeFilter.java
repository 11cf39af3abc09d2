package io.github.x402spring.security.web;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.EnvelopeRenderer;

/**
 * Servlet filter that explains denials without a body from all parts of Spring Security:
 * entry points, access denied handlers, authentication filters. Status and headers stay
 * as they were set; a response that has a body, was sent, or may have been paid for is
 * left alone.
 */
final class DenialEnvelopeFilter extends OncePerRequestFilter {

    private final DenialWriter denials;

    DenialEnvelopeFilter(DenialWriter denials) {
        this.denials = denials;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        DeniableResponse deniable = new DeniableResponse(response);
        chain.doFilter(request, deniable);
        if (deniable.isBareDenial() && !request.isAsyncStarted()
                && request.getAttribute(EnvelopeRenderer.CHARGE_ATTRIBUTE) == null) {
            explain(request, response, deniable.getStatus());
        }
    }

    private void explain(HttpServletRequest request, HttpServletResponse response, int status) throws IOException {
        List<String> scopes = DenialCauses.requiredScopes(request);
        Reason reason = (status == HttpServletResponse.SC_UNAUTHORIZED) ? Reason.UNAUTHENTICATED
                : scopes.isEmpty() ? Reason.FORBIDDEN : Reason.INSUFFICIENT_SCOPE;
        Map<String, Object> required = (reason == Reason.INSUFFICIENT_SCOPE) ? Map.of("scopes", scopes) : Map.of();
        this.denials.write(request, response, reason, required, HttpHeaders.AUTHORIZATION);
    }

}

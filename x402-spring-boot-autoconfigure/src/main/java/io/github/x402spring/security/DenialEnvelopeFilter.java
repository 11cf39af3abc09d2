package io.github.x402spring.security;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.x402spring.decision.DecisionEnvelope;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.ChargeResolver;
import io.github.x402spring.envelope.EnvelopeWriter;

/**
 * Explains denials that Spring Security gives without a body, whoever gives them: entry
 * points, access denied handlers, authentication filters. Status and headers stay as they
 * were set; an answer that has a body, was sent, or may have been paid for is left alone.
 */
final class DenialEnvelopeFilter extends OncePerRequestFilter {

    private final EnvelopeWriter envelopes;

    private final Supplier<@Nullable ChargeResolver> charges;

    /**
     * Creates a filter.
     * @param envelopes explains denials
     * @param charges gives what knows of payments, if anything does; asked at denials
     * only, because filter chains are built before it
     */
    DenialEnvelopeFilter(EnvelopeWriter envelopes, Supplier<@Nullable ChargeResolver> charges) {
        this.envelopes = envelopes;
        this.charges = charges;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        DeniableResponse deniable = new DeniableResponse(response);
        chain.doFilter(request, deniable);
        if (deniable.speechless() && !request.isAsyncStarted() && EnvelopeWriter.uncharged(request)) {
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT + ", " + HttpHeaders.AUTHORIZATION);
            this.envelopes.write(request, response, envelope(request, deniable.getStatus()), Map.of());
        }
    }

    private DecisionEnvelope envelope(HttpServletRequest request, int status) {
        List<String> scopes = DenialCauses.requiredScopes(request);
        Reason reason = (status == HttpServletResponse.SC_UNAUTHORIZED) ? Reason.UNAUTHENTICATED
                : scopes.isEmpty() ? Reason.FORBIDDEN : Reason.INSUFFICIENT_SCOPE;
        Map<String, Object> required = (reason == Reason.INSUFFICIENT_SCOPE) ? Map.of("scopes", scopes) : Map.of();
        return ChargeResolver.explain(this.charges.get(), request, reason, required);
    }

}

package io.github.x402spring.security.web;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.x402spring.security.X402AuthorizationDecision;

/**
 * Servlet filter that records why access was denied before Spring Security handles the
 * exception: the response is written where only its status is known.
 */
final class DenialCauses extends OncePerRequestFilter {

    private static final String ATTRIBUTE = DenialCauses.class.getName();

    private static final int MAX_DEPTH = 10;

    /** Returns the scopes that the caller lacks; empty if it was not about scopes. */
    static List<String> requiredScopes(HttpServletRequest request) {
        return (request.getAttribute(ATTRIBUTE) instanceof AuthorizationDeniedException denied)
                ? X402AuthorizationDecision.missingScopes(denied.getAuthorizationResult()) : List.of();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        }
        catch (ServletException | RuntimeException ex) {
            // Spring Security's ThrowableAnalyzer does not end where causes form a
            // circle.
            Throwable cause = ex;
            for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
                if (cause instanceof AuthorizationDeniedException) {
                    request.setAttribute(ATTRIBUTE, cause);
                }
                cause = cause.getCause();
            }
            throw ex;
        }
    }

}

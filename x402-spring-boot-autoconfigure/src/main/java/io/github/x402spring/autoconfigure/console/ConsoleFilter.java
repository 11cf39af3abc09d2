package io.github.x402spring.autoconfigure.console;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.operator.SellerSources;

/**
 * Servlet filter that writes a page for each refusal below the console's path, no matter
 * what refuses: the application's filter chain, the firewall or the console itself. A
 * page, such as a login, and a redirect to one stay what they are. Serves the style sheet
 * and the icon of these pages to every caller, as they hold no data. Grants nothing.
 */
final class ConsoleFilter extends OncePerRequestFilter {

    /** Order of this filter: outside of Spring Security, whose refusals it renders. */
    static final int DEFAULT_ORDER = Ordered.HIGHEST_PRECEDENCE + 90;

    private static final Map<String, String> RESOURCES = Map.of("console.css", "text/css;charset=UTF-8", "icon.svg",
            "image/svg+xml");

    private static final Set<String> READS = Set.of("GET", "HEAD");

    private final SellerSources sources;

    private final String path;

    private final String authority;

    ConsoleFilter(SellerSources sources, String path, String authority) {
        Assert.notNull(sources, "'sources' must not be null");
        Assert.hasText(path, "'path' must not be empty");
        Assert.hasText(authority, "'authority' must not be empty");
        this.sources = sources;
        this.path = path;
        this.authority = authority;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Links links = new Links(request.getContextPath() + this.path, Explorers.NONE);
        for (Map.Entry<String, String> resource : RESOURCES.entrySet()) {
            if (READS.contains(request.getMethod()) && request.getRequestURI().equals(links.to(resource.getKey()))) {
                ConsoleWriter.protect(response);
                ConsoleWriter.resource(response, resource.getKey(), resource.getValue());
                return;
            }
        }
        request.setAttribute(EnvelopeRenderer.STATUS_ONLY_ATTRIBUTE, Boolean.TRUE);
        RefusableResponse refusable = new RefusableResponse(response);
        chain.doFilter(request, refusable);
        if (refusable.isMute() && !response.isCommitted()) {
            refuse(links, READS.contains(request.getMethod()), response);
        }
    }

    private void refuse(Links links, boolean reads, HttpServletResponse response) throws IOException {
        int status = response.getStatus();
        Map<String, List<String>> headers = new LinkedHashMap<>();
        response.getHeaderNames().forEach((name) -> headers.put(name, new ArrayList<>(response.getHeaders(name))));
        response.reset();
        headers.forEach((name, values) -> {
            if (!name.toLowerCase(Locale.ROOT).startsWith("content-")) {
                values.forEach((value) -> response.addHeader(name, value));
            }
        });
        ConsoleWriter.protect(response);
        response.setStatus(status);
        ConsoleWriter.page(response,
                new RefusalPage(this.sources, this.authority).render(links, status, reads, challenges(response)));
    }

    private static Collection<String> challenges(HttpServletResponse response) {
        return response.getHeaders(HttpHeaders.WWW_AUTHENTICATE);
    }

}

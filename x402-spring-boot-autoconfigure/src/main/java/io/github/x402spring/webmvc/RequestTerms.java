package io.github.x402spring.webmvc;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.RequestPath;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.UriUtils;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.endpoint.PaidEndpointSettings;
import io.github.x402spring.endpoint.PriceResolver.PriceRequest;
import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.http.PaymentTermsFactory;

/**
 * Terms of requests by the address that they are for. Terms that do not depend on the
 * request are built and encoded once.
 */
final class RequestTerms {

    /** The terms travel in a header, and containers take 8 KiB of headers by default. */
    private static final int MAX_ADDRESS_LENGTH = 1024;

    private static final int MAX_QUERY_LENGTH = 1024;

    private final PaymentTermsFactory factory;

    private final PaidEndpointSettings settings;

    private final PaymentDialects dialects;

    /**
     * Terms by address, for addresses that do not vary: as many as there are mappings.
     */
    private final ConcurrentMap<RegisteredEndpoint, ConcurrentMap<String, PaymentTerms>> fixed = new ConcurrentHashMap<>();

    RequestTerms(PaymentTermsFactory factory, PaidEndpointSettings settings, PaymentDialects dialects) {
        this.factory = factory;
        this.settings = settings;
        this.dialects = dialects;
    }

    /**
     * Checks the part of an endpoint's terms that does not depend on the request.
     * @param path the pattern of a mapping
     */
    void check(RegisteredEndpoint endpoint, String path) {
        String origin = this.settings.resourceOrigin();
        this.factory.check(endpoint,
                ((origin != null) ? origin : "http://localhost:65535") + this.settings.servletPath() + path);
    }

    PaymentTerms terms(RegisteredEndpoint endpoint, HttpServletRequest request, @Nullable String task) {
        String query = request.getQueryString();
        if (query != null && query.length() > MAX_QUERY_LENGTH) {
            throw new UnreadableRequestException(Reason.ADDRESS_TOO_LONG);
        }
        String pattern = (String) request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        boolean fixedAddress = pattern != null && isLiteral(pattern)
                && (!endpoint.functional() || isPath(pattern, request));
        String literal = (fixedAddress && !endpoint.functional()) ? pattern : null;
        if (!fixedAddress || !this.factory.recurring(endpoint)) {
            return build(endpoint, request, task, literal, false);
        }
        ConcurrentMap<String, PaymentTerms> fixed = fixed(endpoint);
        String key = (this.settings.resourceOrigin() != null) ? pattern : request.getLocalPort() + pattern;
        PaymentTerms terms = fixed.get(key);
        if (terms == null) {
            PaymentTerms built = build(endpoint, request, task, literal, true);
            PaymentTerms first = fixed.putIfAbsent(key, built);
            terms = (first != null) ? first : built;
        }
        return terms;
    }

    ConcurrentMap<String, PaymentTerms> fixed(RegisteredEndpoint endpoint) {
        ConcurrentMap<String, PaymentTerms> fixed = this.fixed.get(endpoint);
        return (fixed != null) ? fixed : this.fixed.computeIfAbsent(endpoint, (key) -> new ConcurrentHashMap<>());
    }

    /** Below the pattern of a nested router function may be many paths. */
    private static boolean isPath(String pattern, HttpServletRequest request) {
        return pattern.equals(ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication().value());
    }

    private static boolean isLiteral(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            char character = pattern.charAt(i);
            if (character == '{' || character == '*' || character == '?') {
                return false;
            }
        }
        return true;
    }

    private PaymentTerms build(RegisteredEndpoint endpoint, HttpServletRequest request, @Nullable String task,
            @Nullable String literalPath, boolean recurring) {
        PriceRequest asked = new PriceRequest(endpoint.definition().name(),
                new ServletPaidExchange(request, address(request, literalPath), task),
                new RequestParameters(request, this.dialects));
        return this.factory.terms(endpoint, asked, recurring);
    }

    /**
     * The address comes from configuration and from the path that was matched, never from
     * Host or X-Forwarded-*.
     */
    private String address(HttpServletRequest request, @Nullable String literalPath) {
        StringBuilder address = new StringBuilder(128);
        String origin = this.settings.resourceOrigin();
        if (origin != null) {
            address.append(origin);
        }
        else {
            address.append("http://localhost:").append(request.getLocalPort());
        }
        address.append(request.getServletContext().getContextPath()).append(this.settings.servletPath());
        if (literalPath != null) {
            address.append(literalPath);
        }
        else {
            appendPath(address, ServletRequestPathUtils.getParsedRequestPath(request));
        }
        if (address.length() > MAX_ADDRESS_LENGTH) {
            throw new UnreadableRequestException(Reason.ADDRESS_TOO_LONG);
        }
        return address.toString();
    }

    /**
     * Every spelling of a path becomes the same text: decoded, without path parameters,
     * encoded anew.
     */
    private static void appendPath(StringBuilder address, RequestPath path) {
        for (PathContainer.Element element : path.pathWithinApplication().elements()) {
            if (element instanceof PathSegment segment) {
                address.append(UriUtils.encode(segment.valueToMatch(), StandardCharsets.UTF_8));
            }
            else {
                address.append('/');
            }
        }
    }

}

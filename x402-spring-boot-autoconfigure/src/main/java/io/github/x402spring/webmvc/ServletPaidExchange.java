package io.github.x402spring.webmvc;

import java.io.IOException;
import java.io.InputStream;
import java.security.Principal;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.webmvc.hold.BindableRequest;

/**
 * Servlet request that a payment is bound to: with the bytes of its body, or with the
 * parts of a multipart body, which the container parses.
 */
final class ServletPaidExchange implements PaidExchange {

    private static final byte[] NO_BODY = new FieldDigest().add(new byte[0]).digest();

    /** Where a dispatch comes from, and what it leads to. */
    private static final List<String> DISPATCHED = List.of(RequestDispatcher.FORWARD_REQUEST_URI,
            RequestDispatcher.FORWARD_QUERY_STRING, RequestDispatcher.INCLUDE_REQUEST_URI,
            RequestDispatcher.INCLUDE_QUERY_STRING, AsyncContext.ASYNC_REQUEST_URI, AsyncContext.ASYNC_QUERY_STRING);

    private static final Set<String> REPEATABLE = Set.of("GET", "PUT", "DELETE");

    private final HttpServletRequest request;

    private final String resource;

    private final @Nullable String task;

    ServletPaidExchange(HttpServletRequest request, String resource, @Nullable String task) {
        this.request = request;
        this.resource = resource;
        this.task = task;
    }

    HttpServletRequest request() {
        return this.request;
    }

    @Override
    public String method() {
        return this.request.getMethod();
    }

    @Override
    public String resource() {
        return this.resource;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Map<String, String> pathVariables() {
        Object variables = this.request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        return (variables instanceof Map) ? (Map<String, String>) variables : Map.of();
    }

    @Override
    public List<String> headers(String name) {
        Enumeration<String> values = this.request.getHeaders(name);
        return values.hasMoreElements() ? Collections.list(values) : List.of();
    }

    @Override
    public @Nullable String caller() {
        Principal caller = this.request.getUserPrincipal();
        return (caller != null) ? caller.getName() : null;
    }

    @Override
    public @Nullable String task() {
        return this.task;
    }

    @Override
    public @Nullable String remoteAddress() {
        return this.request.getRemoteAddr();
    }

    @Override
    public boolean repeatable() {
        return REPEATABLE.contains(this.request.getMethod());
    }

    @Override
    public List<String> idempotencyKeys() {
        try {
            return headers("Idempotency-Key");
        }
        catch (RuntimeException ex) {
            // A firewall rejects one of them: the empty text is no name either.
            return List.of("");
        }
    }

    @Override
    public @Nullable String query() {
        return this.request.getQueryString();
    }

    @Override
    public <T> @Nullable T unwrap(Class<T> type) {
        return WebUtils.getNativeRequest(this.request, type);
    }

    /** Computes what a payment is bound to, and reads the body if there is one. */
    RequestFingerprint fingerprint(PaymentTerms terms) {
        String method = this.request.getMethod();
        String query = boundQuery();
        byte[] bodyDigest = bodyDigest();
        if (query == null && bodyDigest == NO_BODY && method.equals("GET")) {
            return terms.plainGet(NO_BODY);
        }
        return RequestFingerprint.of(terms.handler(), method, this.resource, (query != null) ? query : "", bodyDigest);
    }

    /**
     * The query, with what else of the address a handler can tell apart: matrix
     * variables, and, where a page dispatches to the handler, what the client asked for.
     */
    private @Nullable String boundQuery() {
        String query = this.request.getQueryString();
        Object matrix = this.request.getAttribute(HandlerMapping.MATRIX_VARIABLES_ATTRIBUTE);
        boolean plain = !(matrix instanceof Map<?, ?> variables) || variables.isEmpty();
        if (plain && this.request.getDispatcherType() == DispatcherType.REQUEST) {
            return query;
        }
        FieldDigest digest = new FieldDigest().add(query).add(this.request.getRequestURI());
        for (String attribute : DISPATCHED) {
            digest.add(Objects.toString(this.request.getAttribute(attribute), ""));
        }
        // No query that a client can send begins like this.
        return "\n" + HexFormat.of().formatHex(digest.digest());
    }

    /** The type decides how bytes are read, but the boundary between parts does not. */
    private byte[] bodyDigest() {
        BindableRequest bindable = WebUtils.getNativeRequest(this.request, BindableRequest.class);
        if (bindable == null) {
            throw new IllegalStateException("The filter of paid requests did not see this request");
        }
        bindable.screened();
        bindable.checkParameters();
        Collection<Part> parts = bindable.boundParts();
        if (parts != null) {
            return digest(parts);
        }
        byte[] body = bindable.body();
        return (body.length == 0) ? NO_BODY
                : new FieldDigest().add(bindable.getContentType()).add(encoding(bindable)).add(body).digest();
    }

    /** A filter that undoes it reads the same bytes as another content. */
    private static String encoding(HttpServletRequest request) {
        return String.join(",", Collections.list(request.getHeaders("Content-Encoding")));
    }

    private static byte[] digest(Collection<Part> parts) {
        FieldDigest digest = new FieldDigest();
        for (Part part : parts) {
            digest.add(part.getName());
            digest.add(part.getSubmittedFileName());
            Collection<String> names = part.getHeaderNames();
            digest.add(Integer.toString(names.size()));
            for (String name : names) {
                digest.add(name);
                digest.add(String.join("\n", part.getHeaders(name)));
            }
            try (InputStream content = part.getInputStream()) {
                digest.add(content);
            }
            catch (IOException ex) {
                throw new UnreadableRequestException(Reason.TEMPORARILY_UNAVAILABLE);
            }
        }
        return digest.digest();
    }

}

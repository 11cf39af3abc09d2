package io.github.x402spring.webmvc.hold;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Request whose response can be held. An asynchronous response goes the same way as any
 * other, and no file is sent past it. A GET has no preconditions and no range; those of
 * other methods protect stored data.
 */
final class HoldableRequest extends HttpServletRequestWrapper {

    private static final String SENDFILE = "org.apache.tomcat.sendfile.";

    /** RFC 9110, sections 13.1 and 14.2. */
    private static final Set<String> CONDITIONS = PaymentHttpHeaders.ignoringCase("If-Match", "If-None-Match",
            "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range");

    private final HoldableResponse response;

    /** Whether the response is delivered in full, whatever the client has of it. */
    private final boolean unconditional;

    HoldableRequest(HttpServletRequest request, HoldableResponse response) {
        super(request);
        this.unconditional = "GET".equals(request.getMethod());
        this.response = response;
    }

    /** What a comparison would give away, or a range leave out, is paid for. */
    private boolean hides(String name) {
        return this.unconditional && CONDITIONS.contains(name);
    }

    @Override
    public @Nullable String getHeader(String name) {
        return hides(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return hides(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        if (!this.unconditional) {
            return super.getHeaderNames();
        }
        List<String> names = new ArrayList<>(Collections.list(super.getHeaderNames()));
        names.removeIf(this::hides);
        return Collections.enumeration(names);
    }

    @Override
    public long getDateHeader(String name) {
        return hides(name) ? -1 : super.getDateHeader(name);
    }

    @Override
    public int getIntHeader(String name) {
        return hides(name) ? -1 : super.getIntHeader(name);
    }

    /** Tomcat sends files past every response that is held. */
    @Override
    public @Nullable Object getAttribute(String name) {
        return (name.startsWith(SENDFILE) && this.response.held() != null) ? null : super.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        if (name.startsWith(SENDFILE) && this.response.held() != null) {
            throw new IllegalStateException("A paid response cannot be sent from a file by the container");
        }
        super.setAttribute(name, value);
    }

    /** Without arguments, a container responds past every wrapper. */
    @Override
    public AsyncContext startAsync() {
        return startAsync(this, this.response);
    }

}

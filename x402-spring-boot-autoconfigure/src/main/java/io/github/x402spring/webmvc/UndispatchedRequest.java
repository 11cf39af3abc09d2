package io.github.x402spring.webmvc;

import java.io.BufferedReader;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Request that is shown to handler mappings before it is dispatched. It has neither a
 * body nor the parameters of a form, notes that they were asked for, and keeps what is
 * stored in it from the request below.
 */
final class UndispatchedRequest extends HttpServletRequestWrapper {

    private final Map<String, @Nullable Object> attributes = new HashMap<>();

    private boolean bodyNeeded;

    UndispatchedRequest(HttpServletRequest request) {
        super(request);
        // Mappings name the pattern to the observation, also of a request that is then
        // rejected.
        this.attributes.put(ServerHttpObservationFilter.CURRENT_OBSERVATION_CONTEXT_ATTRIBUTE, null);
    }

    /** Takes the place of the request of this thread while something is found out. */
    <T> T whileCurrent(Supplier<T> finding) {
        RequestAttributes present = RequestContextHolder.getRequestAttributes();
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(this));
        try {
            return finding.get();
        }
        finally {
            RequestContextHolder.setRequestAttributes(present);
        }
    }

    /** Whether the body was asked for since the last time that this was asked. */
    boolean bodyWasNeeded() {
        boolean needed = this.bodyNeeded;
        this.bodyNeeded = false;
        return needed;
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return this.attributes.containsKey(name) ? this.attributes.get(name) : super.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        this.attributes.put(name, value);
    }

    @Override
    public void removeAttribute(String name) {
        this.attributes.put(name, null);
    }

    @Override
    public Enumeration<String> getAttributeNames() {
        Set<String> names = new LinkedHashSet<>(Collections.list(super.getAttributeNames()));
        this.attributes.forEach((name, value) -> {
            if (value != null) {
                names.add(name);
            }
            else {
                names.remove(name);
            }
        });
        return Collections.enumeration(names);
    }

    @Override
    public @Nullable String getParameter(String name) {
        return parametersAreKnown() ? super.getParameter(name) : null;
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        return parametersAreKnown() ? super.getParameterMap() : Map.of();
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return parametersAreKnown() ? super.getParameterNames() : Collections.emptyEnumeration();
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        return parametersAreKnown() ? super.getParameterValues(name) : null;
    }

    @Override
    public ServletInputStream getInputStream() {
        throw bodyIsNeeded();
    }

    @Override
    public BufferedReader getReader() {
        throw bodyIsNeeded();
    }

    @Override
    public Part getPart(String name) {
        throw bodyIsNeeded();
    }

    @Override
    public Collection<Part> getParts() {
        throw bodyIsNeeded();
    }

    /** Some containers read a form for any method. */
    private boolean parametersAreKnown() {
        if (mayBeForm(getContentType())) {
            this.bodyNeeded = true;
            return false;
        }
        return true;
    }

    private static boolean mayBeForm(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            return type.isCompatibleWith(MediaType.APPLICATION_FORM_URLENCODED) || "multipart".equals(type.getType());
        }
        catch (InvalidMediaTypeException ex) {
            return true;
        }
    }

    private IllegalStateException bodyIsNeeded() {
        this.bodyNeeded = true;
        return new IllegalStateException("The body is not read before the request is dispatched");
    }

}

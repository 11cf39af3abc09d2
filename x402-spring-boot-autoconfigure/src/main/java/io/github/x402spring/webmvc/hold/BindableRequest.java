package io.github.x402spring.webmvc.hold;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

/**
 * Request with a payment, whose body is recorded up to a bound when it is read, so that
 * the payment can be bound to it, whichever way a filter or the handler reads it.
 * <ul>
 * <li>The parameters of a query and of a form are parsed from what is recorded: there is
 * one view of them, and the body is still there as a stream.</li>
 * <li>Multipart bodies are the container's. Once it has parsed one, reading it as a
 * stream fails.</li>
 * <li>A body that says that it is too long is left to the container, and cannot be
 * bound.</li>
 * </ul>
 *
 * @since 0.1.0
 */
public final class BindableRequest extends HttpServletRequestWrapper {

    private static final Set<Charset> CHARSETS = Set.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1);

    private final int maxBody;

    private final HeldMemory memory;

    private @Nullable RecordedBody body;

    private @Nullable BufferedReader reader;

    private @Nullable Map<String, String[]> parameters;

    private boolean screened;

    private @Nullable Map<String, List<String>> formParameters;

    /** Whether the container has parsed a multipart body. */
    private boolean parted;

    /**
     * Creates a request.
     * @param request the request with the payment
     * @param maxBody the largest body that a payment is bound to, in bytes
     * @param memory what all held responses and the bodies of their requests may take
     * together
     */
    BindableRequest(HttpServletRequest request, int maxBody, HeldMemory memory) {
        super(request);
        this.memory = memory;
        this.maxBody = maxBody;
    }

    /**
     * Returns the whole body.
     * @return the body
     * @throws UnreadableRequestException if it cannot be read, or is too long
     */
    public byte[] body() {
        // Before a byte is read, which would have a client that waits for it send all.
        if (isTooLong()) {
            throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        }
        try {
            return recorded().all();
        }
        catch (IOException ex) {
            throw new UnreadableRequestException(UnreadableParametersException.reason(ex));
        }
    }

    /** Takes note that the payment was screened. */
    public void screened() {
        this.screened = true;
        RecordedBody body = this.body;
        if (body != null) {
            body.screened();
        }
    }

    /**
     * Returns the parts of a multipart body.
     * @return the parts, or {@code null} if the body is not the container's to parse and
     * is read as a stream
     * @throws UnreadableRequestException if it cannot be read, or is too long
     */
    public @Nullable Collection<Part> boundParts() {
        if (!isMultipart() || (this.body != null && this.body.begun())) {
            return null;
        }
        if (isTooLong()) {
            throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        }
        Collection<Part> parts;
        try {
            parts = getParts();
        }
        catch (IOException | ServletException | RuntimeException ex) {
            if (isWhole()) {
                return null;
            }
            throw new UnreadableRequestException(UnreadableParametersException.reason(ex));
        }
        long left = this.maxBody;
        for (Part part : parts) {
            left -= part.getSize();
        }
        if (left < 0) {
            throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        }
        return parts;
    }

    /** A container that does not parse multipart bodies leaves every byte. */
    private boolean isWhole() {
        try {
            return getContentLengthLong() > 0 && body().length == getContentLengthLong();
        }
        catch (RuntimeException ex) {
            return false;
        }
    }

    /**
     * Rejects a query and a form that can be read in several ways.
     * @throws UnreadableRequestException if they can
     */
    public void checkParameters() {
        if (isMultipart()) {
            new EncodedParameters().addQuery(getQueryString());
        }
        else if (getQueryString() != null || isForm()) {
            parsed();
        }
    }

    /**
     * Returns the parameters that the handler of a request gets.
     * @param request the request, or one that wraps it
     * @return the parameters
     * @throws UnreadableRequestException if they cannot be read
     */
    public static Map<String, String[]> parameters(HttpServletRequest request) {
        BindableRequest bindable = WebUtils.getNativeRequest(request, BindableRequest.class);
        if (bindable != null && bindable.isTooLong()) {
            throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        }
        return containers(request::getParameterMap);
    }

    /**
     * Returns the parameters of the query of a request and of its dispatches.
     * @param request the request
     * @return the values by name, in the order in which they were sent
     * @throws UnreadableRequestException if they can be read in several ways
     */
    public static Map<String, List<String>> queryParameters(HttpServletRequest request) {
        return EncodedParameters.ofQuery(request);
    }

    /** A container throws exceptions of its own. */
    private static Map<String, String[]> containers(Supplier<Map<String, String[]>> parameters) {
        try {
            return parameters.get();
        }
        catch (RuntimeException ex) {
            throw new UnreadableRequestException(UnreadableParametersException.reason(ex));
        }
    }

    private boolean isTooLong() {
        return getContentLengthLong() > this.maxBody;
    }

    /** Whether the body can be read by its parts only. */
    boolean isParted() {
        return this.parted;
    }

    private RecordedBody recorded() throws IOException {
        RecordedBody body = this.body;
        if (body == null) {
            body = new RecordedBody(super.getInputStream(), this.maxBody, this.memory);
            if (this.screened) {
                body.screened();
            }
            this.body = body;
        }
        return body;
    }

    /** Gives back what the body takes from the memory, when the request has ended. */
    public void free() {
        RecordedBody body = this.body;
        if (body != null) {
            body.free();
        }
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (this.parted) {
            throw new IllegalStateException("The body was parsed as multipart and is read by its parts");
        }
        return isTooLong() ? super.getInputStream() : recorded();
    }

    @Override
    public BufferedReader getReader() throws IOException {
        if (isTooLong() && !this.parted) {
            return super.getReader();
        }
        if (this.reader == null) {
            this.reader = new BufferedReader(new InputStreamReader(getInputStream(), readerCharset()));
        }
        return this.reader;
    }

    private Charset readerCharset() throws UnsupportedEncodingException {
        String encoding = getCharacterEncoding();
        try {
            return (encoding != null) ? Charset.forName(encoding) : StandardCharsets.ISO_8859_1;
        }
        catch (IllegalArgumentException ex) {
            throw new UnsupportedEncodingException("The body has an encoding that is not known");
        }
    }

    @Override
    public Collection<Part> getParts() throws IOException, ServletException {
        Collection<Part> parts = super.getParts();
        this.parted = true;
        return parts;
    }

    @Override
    public @Nullable Part getPart(String name) throws IOException, ServletException {
        Part part = super.getPart(name);
        this.parted = true;
        return part;
    }

    @Override
    public @Nullable String getParameter(String name) {
        if (parametersAreTheContainers()) {
            return super.getParameter(name);
        }
        String[] values = parameters().get(name);
        return (values != null) ? values[0] : null;
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        if (parametersAreTheContainers()) {
            return super.getParameterValues(name);
        }
        String[] values = parameters().get(name);
        return (values != null) ? values.clone() : null;
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return parametersAreTheContainers() ? super.getParameterNames()
                : Collections.enumeration(parameters().keySet());
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        return parametersAreTheContainers() ? super.getParameterMap() : Collections.unmodifiableMap(parameters());
    }

    private boolean parametersAreTheContainers() {
        return isTooLong() || isMultipart();
    }

    /** For the application, to which Spring responds with the status of the reason. */
    private Map<String, String[]> parameters() {
        try {
            return parsed();
        }
        catch (UnreadableRequestException ex) {
            throw new UnreadableParametersException(ex.reason());
        }
    }

    private Map<String, String[]> parsed() {
        if (super.getDispatcherType() != DispatcherType.REQUEST) {
            return dispatchedParameters();
        }
        Map<String, String[]> parameters = this.parameters;
        if (parameters == null) {
            EncodedParameters encoded = new EncodedParameters();
            encoded.addQuery(getQueryString());
            if (isForm()) {
                encoded.addForm(body(), formCharset());
            }
            parameters = arrays(encoded.values());
            this.parameters = parameters;
        }
        return parameters;
    }

    /**
     * A container adds the parameters of a dispatch below this request. Of a form whose
     * bytes were recorded it has none.
     */
    private Map<String, String[]> dispatchedParameters() {
        Map<String, List<String>> form = this.formParameters;
        if (form == null) {
            EncodedParameters encoded = new EncodedParameters();
            if (isForm()) {
                encoded.addForm(body(), formCharset());
            }
            form = encoded.values();
            this.formParameters = form;
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        containers(super::getParameterMap)
            .forEach((name, values) -> parameters.put(name, new ArrayList<>(List.of(values))));
        form.forEach((name, values) -> parameters.computeIfAbsent(name, (key) -> new ArrayList<>()).addAll(values));
        return arrays(parameters);
    }

    private static Map<String, String[]> arrays(Map<String, List<String>> values) {
        Map<String, String[]> arrays = new LinkedHashMap<>();
        values.forEach((name, each) -> arrays.put(name, each.toArray(String[]::new)));
        return arrays;
    }

    /**
     * Containers disagree on what a form is written in unless its type and the encoding
     * of the request agree.
     */
    private Charset formCharset() {
        try {
            Charset declared = MediaType.parseMediaType(getContentType()).getCharset();
            Charset written = (declared != null) ? declared : StandardCharsets.UTF_8;
            String encoding = getCharacterEncoding();
            boolean agreed = encoding != null && CHARSETS.contains(written)
                    && written.equals(Charset.forName(encoding));
            return agreed ? written : StandardCharsets.US_ASCII;
        }
        catch (IllegalArgumentException ex) {
            return StandardCharsets.US_ASCII;
        }
    }

    /** The method is that of the request line, whatever a filter makes of it. */
    private boolean isForm() {
        return "POST".equals(getMethod()) && hasType("application/x-www-form-urlencoded");
    }

    private boolean isMultipart() {
        return StringUtils.startsWithIgnoreCase(getContentType(), "multipart/");
    }

    private boolean hasType(String type) {
        String sent = getContentType();
        if (!StringUtils.startsWithIgnoreCase(sent, type)) {
            return false;
        }
        String rest = sent.substring(type.length()).strip();
        return rest.isEmpty() || rest.startsWith(";");
    }

}

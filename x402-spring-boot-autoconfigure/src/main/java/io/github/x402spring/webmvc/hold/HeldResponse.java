package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UnsupportedEncodingException;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.FieldDigest;

/**
 * Captured response: status, headers, cookies, body, error or redirect. Lengths are not
 * captured; the container counts what is written.
 *
 * @since 0.1.0
 */
public final class HeldResponse extends HttpServletResponseWrapper {

    private final HttpServletResponse below;

    private final HeldBody body;

    private final HeldHeaders headers = new HeldHeaders();

    private int status = SC_OK;

    private final HeldContentType contentType = new HeldContentType();

    private @Nullable Supplier<Map<String, String>> trailerFields;

    /** The call that ends the response, if there was one. */
    private @Nullable Ending ending;

    private int endingStatus;

    private @Nullable PrintWriter writer;

    private @Nullable Writer encoder;

    private boolean streamTaken;

    HeldResponse(HttpServletResponse below, HeldBody body) {
        super(below);
        this.below = below;
        this.body = body;
        this.status = below.getStatus();
    }

    /**
     * Creates a response that is held until it is {@link #release() released}, beside one
     * that goes on.
     * @param below leads to the client
     * @return the response
     */
    public static HeldResponse beside(HttpServletResponse below) {
        return new HeldResponse(below, new HeldBody(below, Integer.MAX_VALUE, new HeldMemory(Long.MAX_VALUE), () -> {
        }));
    }

    HeldBody body() {
        return this.body;
    }

    /**
     * Tells whether nothing was released so far.
     * @return whether nothing was
     */
    public boolean holding() {
        return this.body.holding();
    }

    /**
     * Hands what is held to the container, which sends it.
     * @throws IOException if the client is gone
     */
    public void release() throws IOException {
        release(HeldExtent.PART);
    }

    void release(HeldExtent extent) throws IOException {
        byte[] bytes = this.body.take();
        this.below.setStatus(this.status);
        this.contentType.writeTo(this.below);
        this.headers.writeTo(this.below);
        if (this.trailerFields != null) {
            this.below.setTrailerFields(this.trailerFields);
        }
        Ending ending = this.ending;
        if (ending != null) {
            ending.run();
        }
        else {
            if (this.trailerFields == null && extent.givesLength(this.status)) {
                this.below.setContentLengthLong(bytes.length);
            }
            this.body.writeBelow(bytes, 0, bytes.length);
        }
        if (extent.leavesNow(ending != null)) {
            this.below.flushBuffer();
        }
        this.body.pass();
    }

    void discard() {
        this.body.discard();
    }

    /**
     * Computes the digest of status, media type and body of a response that is held as a
     * whole.
     * @return 64 hexadecimal digits
     */
    String digest() {
        MessageDigest digest = FieldDigest.sha256();
        String type = Objects.requireNonNullElse(getContentType(), "");
        digest.update((getStatus() + " " + type.length() + " " + type).getBytes(StandardCharsets.UTF_8));
        this.body.digest(digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Whether there is no more to it than status, headers and body. */
    boolean plain() {
        return this.ending == null && this.trailerFields == null && !this.headers.hasCookies();
    }

    /**
     * Passes on what is held as headers, beside the type and cookies.
     * @param action gets the name and the value of each
     */
    public void forEachHeader(BiConsumer<String, String> action) {
        this.headers.lines().forEach((line) -> action.accept(line.name(), line.value()));
    }

    List<HeldHeaders.Line> lines() {
        return this.headers.lines();
    }

    @Nullable String language() {
        return this.contentType.language();
    }

    /** Whether what is held is one JSON document and no more. */
    boolean json() {
        return this.ending == null && this.contentType.json();
    }

    boolean hasTrailers() {
        return this.trailerFields != null;
    }

    @Override
    public ServletOutputStream getOutputStream() {
        if (this.writer != null) {
            throw new IllegalStateException("getWriter() has already been called for this response");
        }
        this.streamTaken = true;
        return this.body;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (this.streamTaken) {
            throw new IllegalStateException("getOutputStream() has already been called for this response");
        }
        return text();
    }

    /** Returns the writer, also where the stream was taken. */
    PrintWriter text() throws IOException {
        PrintWriter writer = this.writer;
        if (writer == null) {
            String encoding = getCharacterEncoding();
            this.encoder = new WriteThroughWriter(this.body, charset(encoding));
            writer = new PrintWriter(this.encoder);
            this.contentType.fixEncoding(encoding);
            this.writer = writer;
        }
        return writer;
    }

    /** Returns a writer like {@link #text()} that throws when it fails. */
    Writer encoder() throws IOException {
        text();
        return Objects.requireNonNull(this.encoder);
    }

    private static Charset charset(String encoding) throws UnsupportedEncodingException {
        try {
            return Charset.forName(encoding);
        }
        catch (IllegalArgumentException ex) {
            throw new UnsupportedEncodingException(encoding);
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        this.body.flush();
    }

    @Override
    public boolean isCommitted() {
        return this.ending != null || !this.body.holding();
    }

    @Override
    public void reset() {
        this.body.clear();
        this.headers.clear();
        this.status = SC_OK;
        this.contentType.clear();
        this.trailerFields = null;
        this.ending = null;
        this.writer = null;
        this.streamTaken = false;
    }

    @Override
    public void resetBuffer() {
        this.body.clear();
    }

    @Override
    public void setBufferSize(int size) {
        // The bound of a held response is configured.
    }

    @Override
    public void setStatus(int status) {
        if (this.ending == null) {
            this.status = status;
        }
    }

    @Override
    public int getStatus() {
        return (this.ending != null) ? this.endingStatus : this.status;
    }

    @Override
    public void sendError(int status) {
        end(status, () -> this.below.sendError(status));
    }

    @Override
    public void sendError(int status, @Nullable String message) {
        if (message == null) {
            sendError(status);
        }
        else {
            end(status, () -> this.below.sendError(status, message));
        }
    }

    @Override
    public void sendRedirect(String location) {
        sendRedirect(location, SC_FOUND, true);
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) {
        sendRedirect(location, SC_FOUND, clearBuffer);
    }

    @Override
    public void sendRedirect(String location, int status) {
        sendRedirect(location, status, true);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) {
        end(status, () -> this.below.sendRedirect(location, status, clearBuffer));
    }

    private void end(int status, Ending ending) {
        if (this.body.discarded()) {
            return;
        }
        if (isCommitted()) {
            throw new IllegalStateException("The response has already been ended");
        }
        resetBuffer();
        this.endingStatus = status;
        this.ending = ending;
    }

    @Override
    public void addCookie(Cookie cookie) {
        this.headers.addCookie(cookie);
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if ("Content-Type".equalsIgnoreCase(name)) {
            setContentType(value);
        }
        else if (!"Content-Length".equalsIgnoreCase(name)) {
            this.headers.set(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if ("Content-Type".equalsIgnoreCase(name)) {
            setContentType(value);
        }
        else if (!"Content-Length".equalsIgnoreCase(name)) {
            this.headers.add(name, value);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        setHeader(name, Integer.toString(value));
    }

    @Override
    public void addIntHeader(String name, int value) {
        addHeader(name, Integer.toString(value));
    }

    @Override
    public void setDateHeader(String name, long date) {
        setHeader(name, HeldHeaders.date(date));
    }

    @Override
    public void addDateHeader(String name, long date) {
        addHeader(name, HeldHeaders.date(date));
    }

    @Override
    public boolean containsHeader(String name) {
        return "Content-Type".equalsIgnoreCase(name) ? getContentType() != null
                : this.headers.contains(name, this.below);
    }

    @Override
    public @Nullable String getHeader(String name) {
        return "Content-Type".equalsIgnoreCase(name) ? getContentType() : this.headers.first(name, this.below);
    }

    @Override
    public Collection<String> getHeaders(String name) {
        return this.headers.all(name, this.below);
    }

    @Override
    public Collection<String> getHeaderNames() {
        return this.headers.names(this.below);
    }

    @Override
    public void setContentLength(int length) {
        // Counted by the container.
    }

    @Override
    public void setContentLengthLong(long length) {
        // Counted by the container.
    }

    @Override
    public void setContentType(@Nullable String type) {
        this.contentType.setType(type);
    }

    @Override
    public @Nullable String getContentType() {
        return this.contentType.type();
    }

    @Override
    public void setCharacterEncoding(@Nullable String encoding) {
        this.contentType.setEncoding(encoding);
    }

    @Override
    public void setCharacterEncoding(@Nullable Charset encoding) {
        this.contentType.setEncoding((encoding != null) ? encoding.name() : null);
    }

    @Override
    public String getCharacterEncoding() {
        return this.contentType.encoding(this.below);
    }

    @Override
    public void setTrailerFields(Supplier<Map<String, String>> supplier) {
        this.trailerFields = supplier;
    }

    @Override
    public @Nullable Supplier<Map<String, String>> getTrailerFields() {
        return this.trailerFields;
    }

    @Override
    public void setLocale(Locale locale) {
        this.contentType.setLocale(locale);
    }

    @Override
    public Locale getLocale() {
        return this.contentType.locale(this.below);
    }

    @FunctionalInterface
    private interface Ending {

        void run() throws IOException;

    }

}

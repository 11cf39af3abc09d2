package io.github.x402spring.webmvc;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.UnreadableRequestException;

/**
 * Passes a request through until its body is asked for, once and bounded, to bind a
 * payment to it. The handler then reads the same bytes. An asynchronous response goes the
 * same way as any other: through the response that can be held. A GET has no
 * preconditions and no range; those of other methods protect stored data.
 */
final class BindableRequest extends HttpServletRequestWrapper {

    private static final String SENDFILE = "org.apache.tomcat.sendfile.";

    /** RFC 9110, sections 13.1 and 14.2. */
    private static final Set<String> CONDITIONS = Set.of("if-match", "if-none-match", "if-modified-since",
            "if-unmodified-since", "if-range", "range");

    private static final byte[] NO_BODY = new byte[0];

    private final HoldableResponse response;

    private final int maxBody;

    private final HeldMemory memory;

    /** What the body takes from the memory. */
    private final AtomicLong taken = new AtomicLong();

    private byte @Nullable [] body;

    private @Nullable ServletInputStream replay;

    private @Nullable BufferedReader reader;

    /** Whether the response is delivered in full, whatever the client has of it. */
    private final boolean unconditional;

    BindableRequest(HttpServletRequest request, HoldableResponse response, int maxBody) {
        this(request, response, maxBody, new HeldMemory(Long.MAX_VALUE));
    }

    BindableRequest(HttpServletRequest request, HoldableResponse response, int maxBody, HeldMemory memory) {
        super(request);
        this.memory = memory;
        this.unconditional = "GET".equals(request.getMethod());
        this.response = response;
        this.maxBody = maxBody;
    }

    byte[] body() throws UnreadableRequestException, IOException {
        byte[] bytes = this.body;
        if (bytes == null) {
            // Before a byte is read, which would have a client that waits for it send
            // all.
            if (getContentLengthLong() > this.maxBody) {
                throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
            }
            bytes = read(getRequest().getInputStream());
            if (bytes.length > this.maxBody) {
                throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
            }
            this.body = bytes;
        }
        return bytes;
    }

    /**
     * Most requests have no body, and a buffer to find that out costs more than all else.
     */
    private byte[] read(ServletInputStream in) throws UnreadableRequestException, IOException {
        int first = in.read();
        if (first < 0) {
            return NO_BODY;
        }
        long length = getContentLengthLong();
        take((length >= 0) ? length : this.maxBody + 1L);
        byte[] rest = in.readNBytes(this.maxBody);
        byte[] bytes = new byte[rest.length + 1];
        bytes[0] = (byte) first;
        System.arraycopy(rest, 0, bytes, 1, rest.length);
        return bytes;
    }

    private void take(long bytes) throws UnreadableRequestException {
        if (!this.memory.take(bytes)) {
            throw new UnreadableRequestException(Reason.TEMPORARILY_UNAVAILABLE);
        }
        this.taken.addAndGet(bytes);
    }

    /** Gives back what the body takes from the memory, when the request has ended. */
    void free() {
        this.memory.giveBack(this.taken.getAndSet(0));
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        byte[] bytes = this.body;
        if (bytes == null) {
            return super.getInputStream();
        }
        if (this.replay == null) {
            this.replay = new ReplayedInputStream(bytes);
        }
        return this.replay;
    }

    @Override
    public BufferedReader getReader() throws IOException {
        if (this.body == null) {
            return super.getReader();
        }
        if (this.reader == null) {
            String encoding = getCharacterEncoding();
            Charset charset = (encoding != null) ? Charset.forName(encoding) : StandardCharsets.ISO_8859_1;
            this.reader = new BufferedReader(new InputStreamReader(getInputStream(), charset));
        }
        return this.reader;
    }

    /** What a comparison would give away, or a range leave out, is paid for. */
    private boolean hides(String name) {
        return this.unconditional && CONDITIONS.contains(name.toLowerCase(Locale.ROOT));
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

    /** Without arguments, a container answers past every wrapper. */
    @Override
    public AsyncContext startAsync() {
        return startAsync(this, this.response);
    }

    private static final class ReplayedInputStream extends ServletInputStream {

        private final ByteArrayInputStream bytes;

        ReplayedInputStream(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            return this.bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return this.bytes.read(target, offset, length);
        }

        @Override
        public int available() {
            return this.bytes.available();
        }

        @Override
        public boolean isFinished() {
            return this.bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("The body of a paid request cannot be read through a ReadListener");
        }

    }

}

package io.github.x402spring.webmvc;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

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
 * payment to it. The handler then reads the same bytes. An asynchronous answer goes the
 * same way as any other: through the response that can be held.
 */
final class BindableRequest extends HttpServletRequestWrapper {

    private static final String SENDFILE = "org.apache.tomcat.sendfile.";

    private static final byte[] NO_BODY = new byte[0];

    private final HoldableResponse response;

    private final int maxBody;

    private byte @Nullable [] body;

    private @Nullable ServletInputStream replay;

    private @Nullable BufferedReader reader;

    BindableRequest(HttpServletRequest request, HoldableResponse response, int maxBody) {
        super(request);
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
    private byte[] read(ServletInputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return NO_BODY;
        }
        byte[] rest = in.readNBytes(this.maxBody);
        byte[] bytes = new byte[rest.length + 1];
        bytes[0] = (byte) first;
        System.arraycopy(rest, 0, bytes, 1, rest.length);
        return bytes;
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

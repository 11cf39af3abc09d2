package io.github.x402spring.security.web;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Response that notices a 401 or 403 without a body. After {@code sendError} with such a
 * status it behaves like a response that a container has committed: what comes later is
 * ignored or fails, and never changes the denial.
 */
final class DeniableResponse extends HttpServletResponseWrapper {

    private boolean ended;

    private boolean bodyTaken;

    private @Nullable PrintWriter lostWriter;

    private @Nullable ServletOutputStream lostStream;

    DeniableResponse(HttpServletResponse response) {
        super(response);
    }

    /**
     * Returns whether the response is a denial without a body, to which one can still be
     * added.
     */
    boolean isBareDenial() {
        return isDenial(getStatus()) && !this.bodyTaken && !super.isCommitted();
    }

    private static boolean isDenial(int status) {
        return status == SC_UNAUTHORIZED || status == SC_FORBIDDEN;
    }

    private void requireOpen() {
        if (this.ended) {
            throw new IllegalStateException("The response has already been ended by an error");
        }
    }

    /** The container's error page would take the place of the envelope. */
    @Override
    public void sendError(int status) throws IOException {
        requireOpen();
        if (!isDenial(status) || this.bodyTaken || super.isCommitted()) {
            super.sendError(status);
            return;
        }
        super.setStatus(status);
        this.ended = true;
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        if (isDenial(status)) {
            sendError(status);
        }
        else {
            requireOpen();
            super.sendError(status, message);
        }
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        requireOpen();
        super.sendRedirect(location);
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        requireOpen();
        super.sendRedirect(location, clearBuffer);
    }

    @Override
    public void sendRedirect(String location, int status) throws IOException {
        requireOpen();
        super.sendRedirect(location, status);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        requireOpen();
        super.sendRedirect(location, status, clearBuffer);
    }

    @Override
    public boolean isCommitted() {
        return this.ended || super.isCommitted();
    }

    @Override
    public void reset() {
        requireOpen();
        super.reset();
        this.bodyTaken = false;
    }

    @Override
    public void resetBuffer() {
        requireOpen();
        super.resetBuffer();
    }

    @Override
    public void setBufferSize(int size) {
        requireOpen();
        super.setBufferSize(size);
    }

    /** What is written after an error is lost, as in a container. */
    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (!this.ended) {
            this.bodyTaken = true;
            return super.getOutputStream();
        }
        if (this.lostWriter != null) {
            throw new IllegalStateException("getWriter() has already been called for this response");
        }
        if (this.lostStream == null) {
            this.lostStream = new LostStream();
        }
        return this.lostStream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (!this.ended) {
            this.bodyTaken = true;
            return super.getWriter();
        }
        if (this.lostStream != null) {
            throw new IllegalStateException("getOutputStream() has already been called for this response");
        }
        if (this.lostWriter == null) {
            this.lostWriter = new PrintWriter(Writer.nullWriter());
        }
        return this.lostWriter;
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!this.ended) {
            super.flushBuffer();
        }
    }

    @Override
    public void setStatus(int status) {
        if (!this.ended) {
            super.setStatus(status);
        }
    }

    @Override
    public void addCookie(Cookie cookie) {
        if (!this.ended) {
            super.addCookie(cookie);
        }
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (!this.ended) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, @Nullable String value) {
        if (!this.ended) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void setDateHeader(String name, long date) {
        if (!this.ended) {
            super.setDateHeader(name, date);
        }
    }

    @Override
    public void addDateHeader(String name, long date) {
        if (!this.ended) {
            super.addDateHeader(name, date);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (!this.ended) {
            super.setIntHeader(name, value);
        }
    }

    @Override
    public void addIntHeader(String name, int value) {
        if (!this.ended) {
            super.addIntHeader(name, value);
        }
    }

    @Override
    public void setTrailerFields(Supplier<Map<String, String>> supplier) {
        if (!this.ended) {
            super.setTrailerFields(supplier);
        }
    }

    @Override
    public void setContentType(@Nullable String type) {
        if (!this.ended) {
            super.setContentType(type);
        }
    }

    @Override
    public void setContentLength(int length) {
        if (!this.ended) {
            super.setContentLength(length);
        }
    }

    @Override
    public void setContentLengthLong(long length) {
        if (!this.ended) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void setCharacterEncoding(@Nullable String encoding) {
        if (!this.ended) {
            super.setCharacterEncoding(encoding);
        }
    }

    @Override
    public void setCharacterEncoding(@Nullable Charset encoding) {
        if (!this.ended) {
            super.setCharacterEncoding(encoding);
        }
    }

    @Override
    public void setLocale(Locale locale) {
        if (!this.ended) {
            super.setLocale(locale);
        }
    }

    private static final class LostStream extends ServletOutputStream {

        @Override
        public void write(int value) {
            // The response is an error.
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("The response has already been ended by an error");
        }

    }

}

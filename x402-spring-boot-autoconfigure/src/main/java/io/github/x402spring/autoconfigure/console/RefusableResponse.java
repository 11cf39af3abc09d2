package io.github.x402spring.autoconfigure.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Locale;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Response that sends no refusal but a page: an error is a status for which no error page
 * of the container takes its place, and what is written beside the status of a refusal,
 * such as problem details for programs, is dropped.
 */
final class RefusableResponse extends HttpServletResponseWrapper {

    private boolean error;

    private @Nullable ServletOutputStream stream;

    private @Nullable PrintWriter writer;

    RefusableResponse(HttpServletResponse response) {
        super(response);
    }

    /** Whether this is a refusal without a page. */
    boolean isMute() {
        String type = getContentType();
        return getStatus() >= SC_BAD_REQUEST
                && (this.error || type == null || !type.toLowerCase(Locale.ROOT).startsWith("text/html"));
    }

    @Override
    public void sendError(int status) {
        resetBuffer();
        setStatus(status);
        this.error = true;
    }

    @Override
    public void sendError(int status, @Nullable String message) {
        sendError(status);
    }

    @Override
    public void reset() {
        super.reset();
        this.error = false;
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!isMute()) {
            super.flushBuffer();
        }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        ServletOutputStream stream = this.stream;
        if (stream == null) {
            stream = new PageStream(super.getOutputStream());
            this.stream = stream;
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        PrintWriter writer = this.writer;
        if (writer == null) {
            writer = new PrintWriter(new PageWriter(super.getWriter()));
            this.writer = writer;
        }
        return writer;
    }

    private final class PageStream extends ServletOutputStream {

        private final ServletOutputStream delegate;

        PageStream(ServletOutputStream delegate) {
            this.delegate = delegate;
        }

        @Override
        public void write(int octet) throws IOException {
            if (!isMute()) {
                this.delegate.write(octet);
            }
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            if (!isMute()) {
                this.delegate.write(octets, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (!isMute()) {
                this.delegate.flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (!isMute()) {
                this.delegate.close();
            }
        }

        @Override
        public boolean isReady() {
            return this.delegate.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            this.delegate.setWriteListener(listener);
        }

    }

    private final class PageWriter extends Writer {

        private final Writer delegate;

        PageWriter(Writer delegate) {
            this.delegate = delegate;
        }

        @Override
        public void write(char[] characters, int offset, int length) throws IOException {
            if (!isMute()) {
                this.delegate.write(characters, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (!isMute()) {
                this.delegate.flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (!isMute()) {
                this.delegate.close();
            }
        }

    }

}

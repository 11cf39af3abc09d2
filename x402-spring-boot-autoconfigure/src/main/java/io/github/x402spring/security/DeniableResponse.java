package io.github.x402spring.security;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Notices a 401 or 403 that nobody wrote a body for.
 */
final class DeniableResponse extends HttpServletResponseWrapper {

    private boolean ended;

    private boolean bodyTaken;

    DeniableResponse(HttpServletResponse response) {
        super(response);
    }

    /** Whether the answer is a denial without words, which may still be given some. */
    boolean speechless() {
        return isDenial(getStatus()) && !this.bodyTaken && !super.isCommitted();
    }

    private static boolean isDenial(int status) {
        return status == SC_UNAUTHORIZED || status == SC_FORBIDDEN;
    }

    /** The container's error page would take the place of the envelope. */
    @Override
    public void sendError(int status) throws IOException {
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
            super.sendError(status, message);
        }
    }

    @Override
    public boolean isCommitted() {
        return this.ended || super.isCommitted();
    }

    /** What comes after an error is lost, as it is in a container. */
    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (this.ended) {
            return new LostStream();
        }
        this.bodyTaken = true;
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (this.ended) {
            return new PrintWriter(Writer.nullWriter());
        }
        this.bodyTaken = true;
        return super.getWriter();
    }

    @Override
    public void setStatus(int status) {
        if (!this.ended) {
            super.setStatus(status);
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!this.ended) {
            super.flushBuffer();
        }
    }

    @Override
    public void reset() {
        super.reset();
        this.bodyTaken = false;
    }

    private static final class LostStream extends ServletOutputStream {

        @Override
        public void write(int value) {
            // The answer is an error.
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("The answer has already been ended");
        }

    }

}

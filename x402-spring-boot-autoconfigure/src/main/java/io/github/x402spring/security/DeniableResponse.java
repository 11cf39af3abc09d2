package io.github.x402spring.security;

import java.io.IOException;
import java.io.PrintWriter;

import jakarta.servlet.ServletOutputStream;
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

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        this.bodyTaken = true;
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        this.bodyTaken = true;
        return super.getWriter();
    }

    @Override
    public void reset() {
        super.reset();
        this.bodyTaken = false;
    }

}

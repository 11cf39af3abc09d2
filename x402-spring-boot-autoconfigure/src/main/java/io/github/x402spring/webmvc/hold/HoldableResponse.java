package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Response that passes everything through until it is held. From then on nothing reaches
 * the client, status and headers included, until the response is released or discarded.
 */
final class HoldableResponse extends HttpServletResponseWrapper {

    private final HttpServletResponse below;

    private final int maxHeld;

    private final HeldMemory memory;

    private @Nullable HeldResponse held;

    private @Nullable HeldPayment payment;

    HoldableResponse(HttpServletResponse response, int maxHeld) {
        this(response, maxHeld, new HeldMemory(Long.MAX_VALUE));
    }

    HoldableResponse(HttpServletResponse response, int maxHeld, HeldMemory memory) {
        super(response);
        this.memory = memory;
        this.below = response;
        this.maxHeld = maxHeld;
    }

    /** The response that leads to the client, whatever is held. */
    HttpServletResponse below() {
        return this.below;
    }

    /** What is held, or {@code null} if nothing ever was. */
    @Nullable HeldResponse held() {
        return this.held;
    }

    /** The payment whose response is held, or {@code null} if none ever was. */
    @Nullable HeldPayment payment() {
        return this.payment;
    }

    void holdFor(HeldPayment payment) {
        this.payment = payment;
        hold(payment);
    }

    void hold(HeldBody.StreamListener streamListener) {
        HeldResponse held = new HeldResponse(this.below,
                new HeldBody(this.below, this.maxHeld, this.memory, streamListener));
        this.held = held;
        setResponse(held);
    }

    /**
     * Releases the held response and passes through from then on.
     * @param extent how much of what leaves is held
     * @throws IOException if the client is gone
     */
    void release(HeldExtent extent) throws IOException {
        HeldResponse held = this.held;
        if (held != null) {
            try {
                held.release(extent);
            }
            finally {
                setResponse(this.below);
            }
        }
    }

    /**
     * Forgets what is held, headers too, and passes through what a container or a filter
     * writes now.
     */
    void forget() {
        if (this.held != null) {
            this.held.discard();
            setResponse(this.below);
        }
    }

    /**
     * Forgets what is held, headers too, and swallows all that the handler still does.
     * The response is written {@link #below()}.
     */
    void discard() {
        if (this.held != null) {
            this.held.discard();
        }
    }

    /**
     * A page may take the stream before it includes what has to be held.
     */
    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        ServletOutputStream stream = super.getOutputStream();
        return (this.held != null) ? stream : new EarlyStream(stream);
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        PrintWriter writer = super.getWriter();
        return (this.held != null) ? writer : new PrintWriter(new EarlyWriter(writer));
    }

    /**
     * Stream that was taken before anything was held. What is written to it afterwards is
     * held with the rest.
     */
    private final class EarlyStream extends ServletOutputStream {

        private final ServletOutputStream early;

        EarlyStream(ServletOutputStream early) {
            this.early = early;
        }

        private ServletOutputStream target() {
            HeldResponse held = held();
            return (held != null) ? held.body() : this.early;
        }

        @Override
        public void write(int value) throws IOException {
            target().write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target().write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            target().flush();
        }

        @Override
        public void close() throws IOException {
            target().close();
        }

        @Override
        public boolean isReady() {
            return target().isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            target().setWriteListener(listener);
        }

    }

    /**
     * Writer that was taken before anything was held. What is written to it afterwards is
     * held with the rest.
     */
    private final class EarlyWriter extends Writer {

        private final PrintWriter early;

        EarlyWriter(PrintWriter early) {
            this.early = early;
        }

        @Override
        public void write(char[] text, int offset, int length) throws IOException {
            HeldResponse held = held();
            ((held != null) ? held.encoder() : this.early).write(text, offset, length);
        }

        @Override
        public void flush() throws IOException {
            HeldResponse held = held();
            if (held != null) {
                held.encoder().flush();
            }
            else {
                WriteThroughWriter.flush(this.early);
            }
        }

        @Override
        public void close() throws IOException {
            HeldResponse held = held();
            if (held != null) {
                held.encoder().close();
            }
            else {
                WriteThroughWriter.close(this.early);
            }
        }

    }

}

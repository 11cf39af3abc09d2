package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;

/**
 * Response that counts what leaves through it, and computes a digest where that is
 * wanted. Stores nothing.
 */
final class CountedResponse extends HttpServletResponseWrapper {

    private final Tally tally;

    private @Nullable ServletOutputStream stream;

    private @Nullable PrintWriter writer;

    private volatile Runnable whenGone = () -> {
    };

    CountedResponse(HttpServletResponse response, boolean digest) {
        super(response);
        this.tally = new Tally(digest);
    }

    DeliveredResponse delivered(Delivery delivery, boolean overflowed) {
        return this.tally.delivered(delivery, overflowed);
    }

    /** A container need not say that the client of a stream is gone; a write does. */
    void whenGone(Runnable whenGone) {
        this.whenGone = whenGone;
    }

    private void send(Sending sending) throws IOException {
        try {
            sending.run();
        }
        catch (IOException ex) {
            this.whenGone.run();
            throw ex;
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        send(super::flushBuffer);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        ServletOutputStream target = super.getOutputStream();
        ServletOutputStream stream = this.stream;
        if (stream == null) {
            stream = new CountedStream(target);
            this.stream = stream;
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        PrintWriter target = super.getWriter();
        PrintWriter writer = this.writer;
        if (writer == null) {
            writer = new PrintWriter(new CountedWriter(target, Charset.forName(getCharacterEncoding())));
            this.writer = writer;
        }
        return writer;
    }

    @Override
    public void reset() {
        super.reset();
        this.stream = null;
        this.writer = null;
        this.tally.clear();
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        this.tally.clear();
    }

    /** Written to by one thread at a time, and read by another at the end. */
    private static final class Tally extends OutputStream {

        private final @Nullable MessageDigest digest;

        private long bytes;

        Tally(boolean digest) {
            this.digest = digest ? sha256() : null;
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            }
            catch (NoSuchAlgorithmException ex) {
                throw new IllegalStateException("Every Java platform has SHA-256", ex);
            }
        }

        @Override
        public void write(int value) {
            write(new byte[] { (byte) value }, 0, 1);
        }

        @Override
        public synchronized void write(byte[] content, int offset, int length) {
            this.bytes += length;
            if (this.digest != null) {
                this.digest.update(content, offset, length);
            }
        }

        synchronized void clear() {
            this.bytes = 0;
            if (this.digest != null) {
                this.digest.reset();
            }
        }

        synchronized DeliveredResponse delivered(Delivery delivery, boolean overflowed) {
            String sha256 = (this.digest != null) ? HexFormat.of().formatHex(this.digest.digest()) : null;
            return new DeliveredResponse(delivery, this.bytes, sha256, overflowed);
        }

    }

    private final class CountedStream extends ServletOutputStream {

        private final ServletOutputStream target;

        CountedStream(ServletOutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int value) throws IOException {
            send(() -> this.target.write(value));
            CountedResponse.this.tally.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            send(() -> this.target.write(bytes, offset, length));
            CountedResponse.this.tally.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            send(this.target::flush);
        }

        @Override
        public void close() throws IOException {
            send(this.target::close);
        }

        @Override
        public boolean isReady() {
            return this.target.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            this.target.setWriteListener(listener);
        }

    }

    @FunctionalInterface
    private interface Sending {

        void run() throws IOException;

    }

    /** The container encodes what it sends; the same is encoded here to be counted. */
    private final class CountedWriter extends Writer {

        private final PrintWriter target;

        private final Writer counter;

        CountedWriter(PrintWriter target, Charset charset) {
            this.target = target;
            this.counter = new WriteThroughWriter(CountedResponse.this.tally, charset);
        }

        @Override
        public void write(char[] text, int offset, int length) throws IOException {
            this.target.write(text, offset, length);
            this.counter.write(text, offset, length);
        }

        @Override
        public void flush() throws IOException {
            send(() -> WriteThroughWriter.flush(this.target));
        }

        @Override
        public void close() throws IOException {
            send(() -> WriteThroughWriter.close(this.target));
        }

    }

}

package io.github.x402spring.webmvc.hold;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;

/**
 * Writer that encodes text without a buffer. A held response is not notified when its
 * container is about to end it, so that buffered text would be lost.
 */
final class WriteThroughWriter extends Writer {

    private final OutputStream body;

    private final OutputStreamWriter encoder;

    WriteThroughWriter(OutputStream body, Charset charset) {
        this.body = body;
        this.encoder = new OutputStreamWriter(new Unflushed(body), charset);
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        this.encoder.write(text, offset, length);
        this.encoder.flush();
    }

    @Override
    public void flush() throws IOException {
        this.body.flush();
    }

    @Override
    public void close() throws IOException {
        this.encoder.close();
        this.body.close();
    }

    /** Flushes a print writer, which hides failures, and throws them. */
    static void flush(PrintWriter writer) throws IOException {
        // It flushes before it looks.
        throwIfFailed(writer);
    }

    /**
     * Closes a print writer without a flush, which would commit a response without its
     * length, and throws failures.
     */
    static void close(PrintWriter writer) throws IOException {
        writer.close();
        throwIfFailed(writer);
    }

    private static void throwIfFailed(PrintWriter writer) throws IOException {
        if (writer.checkError()) {
            throw new IOException("The text could not be written to the client");
        }
    }

    /**
     * Stream that prevents the encoder from flushing, with every piece, to the client.
     */
    private static final class Unflushed extends FilterOutputStream {

        Unflushed(OutputStream body) {
            super(body);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            this.out.write(bytes, offset, length);
        }

        @Override
        public void flush() {
            // Text that was written is not text that has to leave now.
        }

        @Override
        public void close() {
            // The writer closes the body itself.
        }

    }

}

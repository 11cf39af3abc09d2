package io.github.x402spring.webmvc;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * Is a writer that was taken before anything was held. What is written to it afterwards
 * is held with the rest.
 */
final class EarlyWriter extends Writer {

    private final PrintWriter below;

    private final HoldableResponse response;

    EarlyWriter(PrintWriter below, HoldableResponse response) {
        this.below = below;
        this.response = response;
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        HeldResponse held = this.response.held();
        ((held != null) ? held.encoder() : this.below).write(text, offset, length);
    }

    @Override
    public void flush() throws IOException {
        HeldResponse held = this.response.held();
        if (held != null) {
            held.encoder().flush();
        }
        else {
            PrintFailures.flush(this.below);
        }
    }

    @Override
    public void close() throws IOException {
        HeldResponse held = this.response.held();
        if (held != null) {
            held.encoder().close();
        }
        else {
            PrintFailures.close(this.below);
        }
    }

}

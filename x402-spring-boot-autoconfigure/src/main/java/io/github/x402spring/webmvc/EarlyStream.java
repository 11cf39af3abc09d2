package io.github.x402spring.webmvc;

import java.io.IOException;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;

/**
 * Is a stream that was taken before anything was held. What is written to it afterwards
 * is held with the rest.
 */
final class EarlyStream extends ServletOutputStream {

    private final ServletOutputStream below;

    private final HoldableResponse response;

    EarlyStream(ServletOutputStream below, HoldableResponse response) {
        this.below = below;
        this.response = response;
    }

    private ServletOutputStream target() {
        HeldResponse held = this.response.held();
        return (held != null) ? held.body() : this.below;
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

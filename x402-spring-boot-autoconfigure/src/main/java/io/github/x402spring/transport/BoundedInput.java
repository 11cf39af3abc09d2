package io.github.x402spring.transport;

import java.io.IOException;
import java.io.InputStream;

import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MessageConstraintException;

/**
 * Input of a connection that throws where a reply is cut off, and after more bytes than a
 * regular reply has.
 */
final class BoundedInput extends InputStream {

    private final InputStream in;

    private long budget;

    private boolean mayEnd;

    BoundedInput(InputStream in) {
        this.in = in;
    }

    /**
     * Begins a reply.
     * @param budget the largest number of bytes on the wire
     */
    void begin(long budget) {
        this.budget = budget;
        this.mayEnd = false;
    }

    /**
     * Lets the end of the connection be the end of the reply.
     */
    void endWithConnection() {
        this.mayEnd = true;
    }

    @Override
    public int read() throws IOException {
        byte[] next = new byte[1];
        return (read(next, 0, 1) < 0) ? -1 : next[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (this.budget <= 0) {
            throw new MessageConstraintException("The reply is too long");
        }
        int read = this.in.read(target, offset, length);
        if (read < 0 && !this.mayEnd) {
            throw new ConnectionClosedException("The reply is cut off");
        }
        this.budget -= read;
        return read;
    }

}

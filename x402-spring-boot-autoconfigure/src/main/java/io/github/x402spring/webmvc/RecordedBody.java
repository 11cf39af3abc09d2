package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.Arrays;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.UnreadableRequestException;

/**
 * Body of a request with a record of its bytes, so that a payment can be bound to all of
 * them before or after others read some. A body that outgrows the record is passed on
 * without one.
 */
final class RecordedBody extends ServletInputStream {

    private static final byte[] NOTHING = new byte[0];

    private static final int FIRST_SIZE = 2048;

    private final ServletInputStream source;

    private final int max;

    private final HeldMemory memory;

    private byte[] record = NOTHING;

    private int recorded;

    /** How much of the record was read. */
    private int position;

    private boolean ended;

    private boolean outgrown;

    private boolean listened;

    /** After it, a container may take what is left for the end. */
    private @Nullable Exception failure;

    RecordedBody(ServletInputStream source, int max, HeldMemory memory) {
        this.source = source;
        this.max = max;
        this.memory = memory;
    }

    /** Whether somebody has read some of it. */
    boolean begun() {
        return this.position > 0 || this.outgrown || this.listened;
    }

    /**
     * Returns the whole body, wherever others are in reading it.
     * @throws UnreadableRequestException if it is longer than the record may be, or
     * cannot be read
     */
    byte[] all() throws UnreadableRequestException {
        if (this.listened) {
            throw new IllegalStateException("The body is read through a ReadListener");
        }
        if (this.failure == null && !this.ended && !this.outgrown) {
            try {
                recordRest();
            }
            catch (IOException | RuntimeException ex) {
                this.failure = ex;
            }
        }
        if (this.failure != null) {
            throw new UnreadableRequestException(BodyFailure.reason(this.failure));
        }
        if (this.outgrown) {
            throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        }
        if (this.record.length != this.recorded) {
            this.record = Arrays.copyOf(this.record, this.recorded);
        }
        return this.record;
    }

    /**
     * Most requests have no body, and a buffer to find that out costs more than all else.
     * A container that is asked for no bytes may wait for some all the same.
     */
    private void recordRest() throws IOException {
        int first = this.source.read();
        if (first < 0) {
            this.ended = true;
            return;
        }
        grow(this.recorded + 1);
        this.record[this.recorded++] = (byte) first;
        while (this.recorded <= this.max) {
            grow(this.recorded + 1);
            int count = this.source.read(this.record, this.recorded, this.record.length - this.recorded);
            if (count < 0) {
                this.ended = true;
                return;
            }
            this.recorded += count;
        }
        this.outgrown = true;
    }

    /** One byte more than the bound shows that the body is too long. */
    private void grow(int size) {
        if (size > this.record.length) {
            int grown = Math.min(this.max + 1, Math.max(2 * this.record.length, FIRST_SIZE));
            this.record = Arrays.copyOf(this.record, Math.max(size, grown));
        }
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return (read(single, 0, 1) < 0) ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int left = this.recorded - this.position;
        if (left > 0) {
            int count = Math.min(left, length);
            System.arraycopy(this.record, this.position, target, offset, count);
            this.position += count;
            return count;
        }
        if (this.ended) {
            return (length == 0) ? 0 : -1;
        }
        int count = readSource(target, offset, length);
        if (count < 0) {
            this.ended = true;
        }
        else if (count > 0 && !this.outgrown) {
            record(target, offset, count);
        }
        return count;
    }

    private int readSource(byte[] target, int offset, int length) throws IOException {
        try {
            return this.source.read(target, offset, length);
        }
        catch (IOException | RuntimeException ex) {
            this.failure = ex;
            throw ex;
        }
    }

    private void record(byte[] bytes, int offset, int count) {
        if (count > this.max - this.recorded) {
            this.outgrown = true;
            this.record = NOTHING;
            this.recorded = 0;
            this.position = 0;
            return;
        }
        int size = this.recorded + count;
        grow(size);
        System.arraycopy(bytes, offset, this.record, this.recorded, count);
        this.recorded = size;
        this.position = size;
    }

    @Override
    public int available() throws IOException {
        int left = this.recorded - this.position;
        return (left > 0 || this.ended) ? left : this.source.available();
    }

    @Override
    public boolean isFinished() {
        return this.position == this.recorded && (this.ended || this.source.isFinished());
    }

    @Override
    public boolean isReady() {
        return this.position < this.recorded || this.ended || this.source.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
        if (this.recorded > 0 || this.ended) {
            throw new IllegalStateException("The body of a paid request cannot be read through a ReadListener");
        }
        this.source.setReadListener(listener);
        this.listened = true;
    }

}

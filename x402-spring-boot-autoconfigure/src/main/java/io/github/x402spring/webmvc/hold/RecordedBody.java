package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

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

    /** What was taken before the payment was screened, and what since. */
    private final AtomicLong takenBefore = new AtomicLong();

    private final AtomicLong takenSince = new AtomicLong();

    private volatile boolean screened;

    private byte[] record = NOTHING;

    private int recorded;

    /** How much of the record was read. */
    private int position;

    private boolean ended;

    private boolean outgrown;

    /** Whether there was no memory left for the record. */
    private boolean unrecorded;

    private boolean listened;

    /** Whether the request has ended, or the record is given up. */
    private volatile boolean freed;

    /** After it, a container may take what is left for the end. */
    private @Nullable Exception failure;

    RecordedBody(ServletInputStream source, int max, HeldMemory memory) {
        this.source = source;
        this.max = max;
        this.memory = memory;
    }

    /** Whether a part of it was read. */
    boolean begun() {
        return this.position > 0 || this.outgrown || this.unrecorded || this.listened;
    }

    /** Takes note that the payment was screened. */
    void screened() {
        this.screened = true;
    }

    /**
     * Returns the whole body, however much of it was read.
     * @throws UnreadableRequestException if it is longer than the record may be, or
     * cannot be read
     */
    byte[] all() {
        if (this.listened) {
            throw new IllegalStateException("The body is read through a ReadListener");
        }
        if (this.failure == null && !this.ended && !this.outgrown && !this.unrecorded) {
            try {
                recordRest();
            }
            catch (IOException | RuntimeException ex) {
                this.failure = ex;
            }
        }
        if (this.failure != null) {
            throw new UnreadableRequestException(UnreadableParametersException.reason(this.failure));
        }
        if (this.outgrown || this.unrecorded) {
            throw new UnreadableRequestException(
                    this.outgrown ? Reason.REQUEST_TOO_LARGE : Reason.TEMPORARILY_UNAVAILABLE);
        }
        if (this.record.length != this.recorded) {
            trim(this.record.length - this.recorded);
            this.record = Arrays.copyOf(this.record, this.recorded);
        }
        return this.record;
    }

    /** The record has doubled by what was taken last. */
    private void trim(long bytes) {
        boolean last = this.takenSince.get() > 0;
        AtomicLong taken = last ? this.takenSince : this.takenBefore;
        long present = taken.get();
        if (present >= bytes && taken.compareAndSet(present, present - bytes)) {
            this.memory.giveBackBody(bytes, last);
        }
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
        boolean room = grow(this.recorded + 1);
        if (!room) {
            // The handler of a request that is not paid may still read it.
            this.record = Arrays.copyOf(this.record, this.recorded + 1);
        }
        this.record[this.recorded++] = (byte) first;
        if (!room) {
            return;
        }
        while (this.recorded <= this.max) {
            if (!grow(this.recorded + 1)) {
                return;
            }
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
    private boolean grow(int size) {
        if (size <= this.record.length) {
            return true;
        }
        int grown = Math.max(size, Math.min(this.max + 1, Math.max(2 * this.record.length, FIRST_SIZE)));
        int more = grown - this.record.length;
        boolean screened = this.screened;
        if (this.freed || !this.memory.takeBody(more, screened)) {
            this.unrecorded = true;
            return false;
        }
        (screened ? this.takenSince : this.takenBefore).addAndGet(more);
        this.record = Arrays.copyOf(this.record, grown);
        if (this.freed) {
            free();
        }
        return true;
    }

    private void forget() {
        this.record = NOTHING;
        this.recorded = 0;
        this.position = 0;
        free();
    }

    /**
     * Gives back what the record takes from the memory. Called when the request has
     * ended, after which nothing more is taken.
     */
    void free() {
        this.freed = true;
        this.memory.giveBackBody(this.takenBefore.getAndSet(0), false);
        this.memory.giveBackBody(this.takenSince.getAndSet(0), true);
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
        else if (count > 0 && !this.outgrown && !this.unrecorded) {
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
            forget();
            return;
        }
        int size = this.recorded + count;
        if (!grow(size)) {
            forget();
            return;
        }
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

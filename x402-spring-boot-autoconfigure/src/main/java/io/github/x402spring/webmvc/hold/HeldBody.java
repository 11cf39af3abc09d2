package io.github.x402spring.webmvc.hold;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Body of a held response. During a dispatch it stays in memory up to a bound. What is
 * written outside a dispatch is a stream: its first byte, like the byte that exceeds the
 * bound, has the payment settled before anything leaves.
 */
final class HeldBody extends ServletOutputStream {

    private final HttpServletResponse below;

    /**
     * Bytes that are taken from the memory at once, so that most responses take only
     * once.
     */
    static final int BLOCK = 16 * 1024;

    private final int maxHeld;

    private final HeldMemory memory;

    private final StreamListener streamListener;

    /** Guards the fields; never held while anything is settled or written. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Buffer buffer = new Buffer();

    /** Changed under the lock, and also read without it. */
    private volatile Mode mode = Mode.HOLDING;

    private boolean dispatching = true;

    private long taken;

    private volatile boolean crowdedOut;

    private volatile boolean overflowed;

    private volatile boolean begun;

    HeldBody(HttpServletResponse below, int maxHeld, HeldMemory memory, StreamListener streamListener) {
        this.below = below;
        this.memory = memory;
        this.maxHeld = maxHeld;
        this.streamListener = streamListener;
    }

    boolean holding() {
        return this.mode == Mode.HOLDING;
    }

    /** Tells whether the response was longer than what is held. */
    boolean overflowed() {
        return this.overflowed;
    }

    /** Whether there was no memory for the whole response, so that a part is missing. */
    boolean crowdedOut() {
        return this.crowdedOut;
    }

    /** Gives back what is taken from the memory. */
    void free() {
        this.lock.lock();
        try {
            this.memory.giveBack(this.taken);
            this.taken = 0;
        }
        finally {
            this.lock.unlock();
        }
    }

    /** Called under the lock. */
    private boolean hasMemory(int length) {
        long missing = (long) this.buffer.size() + length - this.taken;
        if (missing <= 0) {
            return true;
        }
        long blocks = (missing + BLOCK - 1) / BLOCK * BLOCK;
        if (!this.memory.take(blocks)) {
            return false;
        }
        this.taken += blocks;
        return true;
    }

    /**
     * Whether a byte of the body was handed to the container, whatever it did with it.
     */
    boolean begun() {
        return this.begun;
    }

    boolean discarded() {
        return this.mode == Mode.DISCARDING;
    }

    void dispatchStarted() {
        this.lock.lock();
        this.dispatching = true;
        this.lock.unlock();
    }

    /**
     * Ends a dispatch after which an asynchronous part goes on.
     * @return whether a stream has begun, so that the payment has to be settled now
     */
    boolean dispatchEnded() {
        this.lock.lock();
        try {
            this.dispatching = false;
            return this.mode == Mode.HOLDING && this.buffer.size() > 0;
        }
        finally {
            this.lock.unlock();
        }
    }

    void clear() {
        this.lock.lock();
        this.buffer.reset();
        this.lock.unlock();
    }

    boolean isEmpty() {
        return peek().length == 0;
    }

    byte[] peek() {
        this.lock.lock();
        try {
            return this.buffer.toByteArray();
        }
        finally {
            this.lock.unlock();
        }
    }

    void digest(MessageDigest digest) {
        this.lock.lock();
        try {
            this.buffer.digest(digest);
        }
        finally {
            this.lock.unlock();
        }
    }

    void replace(byte[] bytes) {
        this.lock.lock();
        try {
            this.buffer.reset();
            this.buffer.writeBytes(bytes);
        }
        finally {
            this.lock.unlock();
        }
    }

    /** Returns what is held. Until {@link #pass()}, other writers wait. */
    byte[] take() {
        return leave(Mode.RELEASING);
    }

    void pass() {
        leave(Mode.PASSING);
    }

    void discard() {
        leave(Mode.DISCARDING);
    }

    private byte[] leave(Mode next) {
        this.lock.lock();
        try {
            byte[] bytes = this.buffer.toByteArray();
            this.buffer.reset();
            this.mode = next;
            if (next != Mode.RELEASING) {
                free();
            }
            return bytes;
        }
        finally {
            this.lock.unlock();
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] { (byte) value }, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        boolean held = false;
        boolean settle;
        this.lock.lock();
        try {
            boolean crowded = this.mode == Mode.HOLDING && !hasMemory(length);
            this.crowdedOut |= crowded;
            if (this.mode == Mode.HOLDING && !crowded) {
                this.buffer.write(bytes, offset, length);
                held = true;
            }
            boolean overflows = held && this.dispatching && this.buffer.size() > this.maxHeld;
            this.overflowed |= overflows;
            settle = this.mode == Mode.RELEASING || (held && !this.dispatching) || overflows || crowded;
        }
        finally {
            this.lock.unlock();
        }
        if (settle) {
            this.streamListener.streamStarted();
        }
        if (discarded()) {
            throw new IOException("The payment was not settled; the response is not delivered");
        }
        if (!held) {
            writeBelow(bytes, offset, length);
        }
    }

    void writeBelow(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        this.begun = true;
        ServletOutputStream stream;
        try {
            stream = this.below.getOutputStream();
        }
        catch (IllegalStateException ex) {
            // A page that includes this response writes text.
            Charset charset = Charset.forName(this.below.getCharacterEncoding());
            this.below.getWriter().write(new String(bytes, offset, length, charset));
            return;
        }
        stream.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        if (this.mode == Mode.PASSING) {
            this.below.flushBuffer();
        }
    }

    @Override
    public void close() throws IOException {
        if (this.mode == Mode.PASSING) {
            this.below.flushBuffer();
        }
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        throw new IllegalStateException("A paid response cannot be written through a WriteListener");
    }

    /** Buffer whose content is digested without a copy. */
    private static final class Buffer extends ByteArrayOutputStream {

        Buffer() {
            super(1024);
        }

        void digest(MessageDigest digest) {
            digest.update(this.buf, 0, this.count);
        }

    }

    private enum Mode {

        HOLDING, RELEASING, PASSING, DISCARDING

    }

    /**
     * Listener for the first byte of a stream that is about to leave.
     */
    @FunctionalInterface
    interface StreamListener {

        /**
         * Settles the payment, and releases or discards the held response.
         * @throws IOException if the client is gone
         */
        void streamStarted() throws IOException;

    }

}

package io.github.x402spring.webmvc;

import java.util.concurrent.atomic.AtomicLong;

import org.springframework.util.Assert;

/**
 * Memory that all responses which are held for a settlement, and the bodies of their
 * requests, may take together.
 * <p>
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class HeldMemory {

    private final long limit;

    private final AtomicLong taken = new AtomicLong();

    /**
     * Creates a memory of a size.
     * @param limit the size in bytes
     */
    public HeldMemory(long limit) {
        Assert.isTrue(limit >= 0, "'limit' must not be negative");
        this.limit = limit;
    }

    /**
     * Takes a part.
     * @return whether there was room for it
     */
    boolean take(long bytes) {
        if (this.taken.addAndGet(bytes) <= this.limit) {
            return true;
        }
        this.taken.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        this.taken.addAndGet(-bytes);
    }

    long taken() {
        return this.taken.get();
    }

}

package io.github.x402spring.webmvc.hold;

import java.util.concurrent.atomic.AtomicLong;

import org.springframework.util.Assert;

/**
 * Memory that all responses which are held for a settlement, and the bodies of their
 * requests, may take together. Callers decide how slowly their bodies arrive: all bodies
 * leave a quarter for responses, and those that are read before their payment was
 * screened leave half of it for the others.
 * <p>
 * Thread-safe.
 */
final class HeldMemory {

    private final long limit;

    private final AtomicLong taken = new AtomicLong();

    private final AtomicLong bodies = new AtomicLong();

    private final AtomicLong unscreened = new AtomicLong();

    /**
     * Creates a memory of a size.
     * @param limit the size in bytes
     */
    HeldMemory(long limit) {
        Assert.isTrue(limit >= 0, "'limit' must not be negative");
        this.limit = limit;
    }

    /**
     * Takes a part.
     * @return whether there was room for it
     */
    boolean take(long bytes) {
        return take(this.taken, bytes, this.limit);
    }

    /**
     * Takes a part for the body of a request.
     * @param screened whether its payment was screened
     * @return whether there was room for it
     */
    boolean takeBody(long bytes, boolean screened) {
        if (!screened && !take(this.unscreened, bytes, this.limit / 2)) {
            return false;
        }
        if (take(this.bodies, bytes, this.limit - this.limit / 4)) {
            if (take(bytes)) {
                return true;
            }
            this.bodies.addAndGet(-bytes);
        }
        if (!screened) {
            this.unscreened.addAndGet(-bytes);
        }
        return false;
    }

    private static boolean take(AtomicLong taken, long bytes, long limit) {
        if (taken.addAndGet(bytes) <= limit) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void giveBackBody(long bytes, boolean screened) {
        giveBack(bytes);
        this.bodies.addAndGet(-bytes);
        if (!screened) {
            this.unscreened.addAndGet(-bytes);
        }
    }

    void giveBack(long bytes) {
        this.taken.addAndGet(-bytes);
    }

    long taken() {
        return this.taken.get();
    }

}

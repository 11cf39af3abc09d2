package io.github.x402spring.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Deadlines of exchanges and of idle connections, enforced by a daemon thread that runs
 * only while there is a deadline. Times are nanoseconds since this object was created.
 */
final class Deadlines {

    static final long NEVER = Long.MAX_VALUE;

    private final long origin = System.nanoTime();

    private final String name;

    private final LongUnaryOperator eviction;

    private final Set<Guard> guards = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable Thread thread;

    /** Time at which the thread looks again without a signal. */
    private volatile long next = NEVER;

    /**
     * Creates deadlines.
     * @param name the name of the thread
     * @param eviction the function that closes connections that are idle for too long at
     * a time, and returns when to call it again
     */
    Deadlines(String name, LongUnaryOperator eviction) {
        this.name = name;
        this.eviction = eviction;
    }

    long now() {
        return System.nanoTime() - this.origin;
    }

    void add(Guard guard) {
        this.guards.add(guard);
        attend(guard.end());
    }

    void remove(Guard guard) {
        this.guards.remove(guard);
    }

    /**
     * Makes sure that the thread looks at this time. What it must find then is added
     * before the call.
     */
    void attend(long time) {
        if (time < this.next) {
            this.lock.lock();
            try {
                if (this.thread == null) {
                    this.thread = Thread.ofPlatform().daemon().name(this.name).start(this::run);
                }
                else {
                    LockSupport.unpark(this.thread);
                }
            }
            finally {
                this.lock.unlock();
            }
        }
    }

    private void run() {
        boolean retired = false;
        try {
            watch();
            retired = true;
        }
        finally {
            if (!retired) {
                replace();
            }
        }
    }

    /**
     * Allows another thread in place of this one, which an error ended.
     */
    private void replace() {
        this.lock.lock();
        try {
            this.thread = null;
            this.next = NEVER;
        }
        finally {
            this.lock.unlock();
        }
    }

    private void watch() {
        while (true) {
            // Until the look is over, an addition causes another look.
            this.next = NEVER;
            long time = look();
            if (time == NEVER) {
                if (retire()) {
                    return;
                }
            }
            else {
                this.next = time;
                LockSupport.parkNanos(this, time - now());
            }
        }
    }

    private long look() {
        long now = now();
        long time = NEVER;
        for (Guard guard : this.guards) {
            if (guard.end() <= now) {
                guard.expire();
                this.guards.remove(guard);
            }
            else {
                time = Math.min(time, guard.end());
            }
        }
        return Math.min(time, this.eviction.applyAsLong(now));
    }

    private boolean retire() {
        this.lock.lock();
        try {
            boolean idle = this.guards.isEmpty() && this.eviction.applyAsLong(now()) == NEVER;
            if (idle) {
                this.thread = null;
            }
            return idle;
        }
        finally {
            this.lock.unlock();
        }
    }

}
